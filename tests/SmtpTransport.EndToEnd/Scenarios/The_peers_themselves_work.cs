using System.Net;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>When this fails, look at the machine before the product.</summary>
internal sealed class The_peers_themselves_work(ServerKind server) : Scenario(server)
{
    [Test]
    public async Task Two_users_chat_with_each_other()
    {
        var alice = await NewClientAsync();
        var bob = await NewClientAsync("bob");

        alice.SendMessage(bob.BareJid, "Hello & <welcome>");

        var message = await bob.MessageAsync("Hello & <welcome>");
        Assert.That((string?)message.Attribute("from"), Is.EqualTo(alice.Jid));
    }

    [Test]
    public async Task The_sink_takes_and_refuses()
    {
        var refusal = Sink.Answer("RCPT", "550 5.1.1 No such user", times: 1);
        var mail = Text.Mail("a@mail.test", "b@mail.test", "Hi", ".dot\n..two");

        Assert.That((await SmtpConversation.MailAsync(Sink.Port, "a@mail.test", "b@mail.test", mail)).Code, Is.EqualTo(550));
        Assert.That((await SmtpConversation.MailAsync(Sink.Port, "a@mail.test", "b@mail.test", mail)).Code, Is.EqualTo(250));

        Assert.That(refusal.Left, Is.Zero);
        Assert.That((await Sink.MailAsync(".dot")).Text, Is.EqualTo(mail));
    }

    [Test]
    public async Task Postfix_relays_to_the_sink()
    {
        Assume.That(PostfixServer.IsPossible, "Postfix needs root");
        var postfix = Keep(new PostfixServer { Parameters = { ["relayhost"] = $"[127.0.0.1]:{Sink.Port}" } });
        await postfix.StartAsync();

        var word = Text.Unique();
        await SmtpConversation.MailAsync(postfix.Port, "a@mail.test", "b@elsewhere.test", Text.Mail("a@mail.test", "b@elsewhere.test", "Hi", word));

        Assert.That((await Sink.MailAsync(word)).Recipients, Is.EqualTo(new[] { "b@elsewhere.test" }));
    }

    [Test]
    public async Task The_name_server_answers()
    {
        var dns = Keep(new FakeDns());
        dns.AddExchange("mail.test", "mx.mail.test");
        dns.AddAddress("mx.mail.test", IPAddress.Parse("127.0.1.3"));

        Assert.That(await Command.OutputAsync("/usr/bin/dig", $"@127.0.0.1", "-p", $"{dns.Port}", "+short", "MX", "mail.test"), Is.EqualTo("10 mx.mail.test.\n"));
        Assert.That(await Command.OutputAsync("/usr/bin/dig", $"@127.0.0.1", "-p", $"{dns.Port}", "+short", "A", "mx.mail.test"), Is.EqualTo("127.0.1.3\n"));
    }
}
