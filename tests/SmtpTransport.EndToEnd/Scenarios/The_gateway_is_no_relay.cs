using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class The_gateway_is_no_relay(ServerKind server) : Scenario(server)
{
    [Test]
    public async Task Whatever_a_probe_writes_nothing_leaves()
    {
        var gateway = await StartGatewayAsync();
        string[] probes =
        [
            "victim@gmail.com", $"victim%gmail.com@{Domain}", $"victim%gmail.com@{XmppServer.Domain}", $"\"victim@gmail.com\"@{Domain}",
            $"gmail.com!victim@{Domain}", $"@{Domain}:victim@gmail.com", $"@{Domain},@gmail.com:victim%gmail.com@{Domain}",
            $"victim%gmail.com%{Domain}@{Domain}", $"alice%{Domain}@{Domain}", "victim@[127.0.0.1]", $"victim%[127.0.0.1]@{Domain}",
            $"\"victim\\\\40gmail.com%{Domain}\"@{Domain}",
        ];
        foreach (var probe in probes)
        {
            var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, "bob@mail.test", probe, Text.Mail("bob@mail.test", probe, "Probe", "Do you relay?"));
            Assert.That(reply.Code, Is.InRange(500, 599), $"{probe}: {reply.Text}");
        }

        Assert.That(await gateway.QueueAsync(), Is.Empty);
        Assert.That(Sink.Mails.All, Is.Empty);
    }

    [Test]
    public async Task What_we_sent_is_known_when_it_comes_back()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        alice.SendMessage(Contact("bob@mail.test"), "round and round");
        var sent = await Sink.MailAsync("round and round");

        var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, "bob@mail.test", alice.BareJid, sent.Text);

        Assert.That(reply.Text, Does.StartWith("554 5.4.6"));

        // A forwarder outside may bring it to somebody else here.
        var carol = await NewClientAsync("carol");
        reply = await SmtpConversation.MailAsync(gateway.SmtpPort, "bob@mail.test", carol.BareJid, sent.Text);
        Assert.That(reply.Code, Is.EqualTo(250), reply.Text);
        await carol.MessageAsync("round and round");
    }
}
