using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>The operator gives up a mail to chat that another domain puts off; its verified sender hears of it.</summary>
internal sealed class A_waiting_mail_is_dropped(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    protected override bool OwnServer => true;

    /// <summary>With a second component, which plays the other domain.</summary>
    protected override XmppServer NewServer() => Kind == ServerKind.Ejabberd ? new EjabberdServer(2) : new ProsodyServer(2);

    [Test]
    public async Task Its_sender_gets_a_signed_report()
    {
        using var rsa = RSA.Create(2048);
        await using var dns = new FakeDns();
        dns.AddText("mail.test", "v=spf1 ip4:127.0.0.1 -all");
        using var other = await RawComponent.BindAsync(Server.Slots[1]);
        var gateway = await StartGatewayAsync(configuration =>
        {
            configuration["Delivery:Dkim"] = DkimKey.Save(configuration.Folder, "rsa", rsa.ExportRSAPrivateKeyPem());
            configuration["Delivery:RetryAfter"] = new JsonArray("01:00");
            configuration["Inbound:Dmarc"] = "mark";
            configuration["Dns:Servers"] = new JsonArray($"127.0.0.1:{dns.Port}");
            configuration["Xmpp:Users"] = new JsonArray(XmppServer.Domain, Server.Slots[1].Domain);
            configuration["Xmpp:LocalDomains"] = new JsonArray(XmppServer.Domain);
        });
        var dave = $"dave%{Server.Slots[1].Domain}@{Domain}";

        var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, dave, Text.Mail(Bob, dave, "Hi", "not now"));
        Assert.That(reply.Code, Is.EqualTo(250), reply.Text);
        await PutOffAsync(other);
        string? id = null;
        await Patience.UntilAsync("it waits", async () =>
        {
            var waiting = (await gateway.QueueAsync()).Where(item => item.GetProperty("state").GetString() == "deferred").ToList();
            id = waiting.Count == 1 ? waiting[0].GetProperty("id").GetString() : null;
            return id is not null;
        });
        Assert.That((await gateway.RunAsync("queue", "drop", id!)).ExitCode, Is.Zero);

        var report = await Sink.MailAsync("Action: failed");
        Assert.That((report.Sender, report.Recipients.Single()), Is.EqualTo(("", Bob)));
        Assert.That(report.Text, Does.Contain($"Final-Recipient: rfc822; {dave}").And.Contains("550 5.3.0"));
        var verdicts = await DkimPython.VerifyAsync(
            Encoding.Latin1.GetString(report.Content), ($"rsa._domainkey.{Domain}", DkimKey.Record(rsa)));
        Assert.That(verdicts, Is.EqualTo(new[] { $"rsa-sha256 {Domain} rsa True" }), report.Text);
    }

    private static async Task PutOffAsync(RawComponent other)
    {
        var read = await other.ReadUntilAsync("</message>", after: "<message");
        var start = read.IndexOf("<message", StringComparison.Ordinal);
        var message = XElement.Parse(read[start..(read.IndexOf("</message>", start, StringComparison.Ordinal) + "</message>".Length)]);
        await other.WriteAsync(
            $"<message type='error' id='{(string?)message.Attribute("id")}' from='{(string?)message.Attribute("to")}' to='{(string?)message.Attribute("from")}'>" +
            "<error type='wait'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
    }
}
