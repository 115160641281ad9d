using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class Exim_or_OpenSMTPD_is_at_the_other_end(ServerKind server) : Scenario(server)
{
    [SetUp]
    public void They_can_run() => Assume.That(UnpackedMailServer.IsPossible, "They need root, and tests/peers.sh unpacks them");

    [TestCase(MailServerKind.Exim)]
    [TestCase(MailServerKind.OpenSmtpd)]
    public async Task Mail_from_it_arrives_in_chat(MailServerKind kind)
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var peer = await StartPeerAsync(kind, gateway.SmtpPort);

        await SmtpConversation.MailAsync(peer.Port, "bob@mail.test", alice.BareJid, Text.Mail("bob@mail.test", alice.BareJid, "Hi", $"through {kind}\n.\n..and dots"));

        await alice.MessageAsync($"through {kind}\n.\n..and dots");
    }

    [TestCase(MailServerKind.Exim)]
    [TestCase(MailServerKind.OpenSmtpd)]
    public async Task A_message_leaves_through_it(MailServerKind kind)
    {
        var peer = await StartPeerAsync(kind, Sink.Port);
        await StartGatewayAsync(configuration => configuration["Delivery:Relay"] = $"smtp://127.0.0.1:{peer.Port}");
        var alice = await NewClientAsync();

        var id = alice.SendMessage(Contact("bob@mail.test"), $"out by {kind}: grüße\n.\n..and dots", new XElement(Names.Receipts + "request"));

        await alice.ReceiptAsync(id);
        var mail = await Sink.MailAsync($"out by {kind}");
        Assert.That(mail.Recipients, Is.EqualTo(new[] { "bob@mail.test" }));
        Assert.That(mail.Parse().TextBody!.ReplaceLineEndings("\n").Trim(), Is.EqualTo($"out by {kind}: grüße\n.\n..and dots"));
    }

    private async Task<UnpackedMailServer> StartPeerAsync(MailServerKind kind, int nextHop)
    {
        var peer = Keep(new UnpackedMailServer(kind, nextHop));
        await peer.StartAsync();
        return peer;
    }
}
