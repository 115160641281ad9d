using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>XEP-0191. Prosody refuses before the pong; of ejabberd's pong and refusal either may come first while the user is online.</summary>
internal sealed class A_user_blocks_a_sender(ServerKind server) : Scenario(server)
{
    private static readonly XNamespace Blocking = "urn:xmpp:blocking";

    private const string Bob = "bob@mail.test";

    [Test]
    public async Task The_refusal_is_the_senders_in_the_session_or_the_operators_after_it()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        await alice.QueryAsync(alice.BareJid, new XElement(Blocking + "block", new XElement(Blocking + "item", new XAttribute("jid", Contact(Bob)))), "set");

        var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "Hi", "unwelcome"));
        var other = await SmtpConversation.MailAsync(gateway.SmtpPort, "dora@mail.test", alice.BareJid, Text.Mail("dora@mail.test", alice.BareJid, "Hi", "welcome"));

        Assert.That(other.Code, Is.EqualTo(250), other.Text);
        await alice.MessageAsync("welcome");
        Assert.That(alice.Messages.Count(), Is.EqualTo(1), "only the one who is welcome");
        if (Kind == ServerKind.Prosody || reply.Code != 250)
        {
            Assert.That(reply.Text, Does.StartWith("550 5.1.1"));
            Assert.That(await gateway.QueueAsync(), Is.Empty);
            return;
        }

        var id = "";
        await Patience.UntilAsync("the late refusal is recorded", async () =>
        {
            var failed = (await gateway.QueueAsync()).Where(item => item.GetProperty("state").GetString() == "failed").ToList();
            id = failed.Count == 1 ? failed[0].GetProperty("id").GetString() : "";
            return failed.Count == 1;
        });
        var (_, shown) = await gateway.RunAsync("queue", "show", id!);
        Assert.That(shown, Does.Contain(alice.BareJid).And.Contain("550 5."));
        Assert.That(gateway.Log, Does.Contain("was refused after it was taken"));
        Assert.That(await gateway.PageAsync("/metrics"), Does.Match(@"smtptransport_late_refusals_total(\{[^}]*\})? 1"));
        Assert.That(Sink.Mails.All, Is.Empty, "No report leaves: the sender is not verified.");
    }
}
