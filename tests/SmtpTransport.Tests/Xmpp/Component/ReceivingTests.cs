using Microsoft.Extensions.Logging;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Xmpp.Component;

public sealed class ReceivingTests : LinkFixture
{
    [Test]
    public async Task Stanzas_are_received_in_order()
    {
        var server = await BoundAsync();
        for (var i = 0; i < 500; i++)
            await server.SendAsync(Stanza.Message(Alice, Bob, $"m{i}", "chat"));

        Assert.That(await Receiver.NextAsync(), Is.EqualTo("up"));
        for (var i = 0; i < 500; i++)
            Assert.That(await Receiver.NextAsync(), Does.StartWith($"message chat m{i} "));
    }

    [Test]
    public async Task What_the_server_pushes_after_the_handshake_is_received_as_any_message()
    {
        var server = await BoundAsync();
        await server.SendAsync("<message from='example.org' to='smtp.example.org' id='p'><privilege xmlns='urn:xmpp:privilege:2'/></message>");

        await Receiver.NextAsync();
        Assert.That(await Receiver.NextAsync(), Is.EqualTo("message  p from example.org to smtp.example.org"));
    }

    [Test]
    public async Task Elements_that_are_no_addressed_stanzas_are_overlooked()
    {
        var server = await BoundAsync();
        await server.SendAsync("<unknown/> <message from='example.org'/><iq from='@' to='smtp.example.org'/>");
        await server.SendAsync(Stanza.Message(Alice, Bob, "m1", "chat"));

        await Receiver.NextAsync();
        Assert.That(await Receiver.NextAsync(), Does.Contain("m1"));
    }

    [Test]
    public async Task A_stanza_that_our_code_cannot_handle_does_not_take_the_link_down()
    {
        Receiver.OnStanza = (stanza, _) => stanza.Id == "bad" ? throw new InvalidOperationException() : ValueTask.CompletedTask;
        var server = await BoundAsync();
        await server.SendAsync(Stanza.Message(Alice, Bob, "bad", "chat"));
        await server.SendAsync(Stanza.Message(Alice, Bob, "good", "chat"));

        await Receiver.NextAsync();
        Assert.That(await Receiver.NextAsync(), Does.Contain("good"));
        Assert.That(Logger.Collector.GetSnapshot().Single(record => record.Level == LogLevel.Error).Message, Does.EndWith("bad"));
    }
}
