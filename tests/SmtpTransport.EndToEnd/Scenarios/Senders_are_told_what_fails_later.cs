using System.Text;
using System.Text.Json.Nodes;
using SmtpTransport.EndToEnd.Support;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>Reports (DSN) reach senders that SPF has verified, and nobody else.</summary>
internal sealed class Senders_are_told_what_fails_later(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";
    private const string Nowhere = "nowhere.test";

    /// <summary>Python's own reader of mail and reports, which knows nothing of ours.</summary>
    private const string Reader =
        """
        import email, email.policy, sys
        report = email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=email.policy.default)
        parts = list(report.iter_parts())
        print(report.get_content_type(), report['content-type'].params['report-type'], report['auto-submitted'])
        print(' '.join(part.get_content_type() for part in parts))
        for fields in parts[1].get_payload():
            print('; '.join(f'{name}: {value}' for name, value in fields.items()))
        print('defects', [str(defect) for part in report.walk() for defect in part.defects])
        """;

    [Test]
    public async Task Of_one_refused_among_several_a_verified_sender_gets_a_250_and_one_report()
    {
        var gateway = await StartAsync("v=spf1 ip4:127.0.0.1 -all", configuration => configuration["Delivery:Dkim"] = DkimKey.Save(configuration.Folder, "ed", DkimKey.Ed25519Pem));
        var alice = await NewClientAsync();
        var ghost = $"ghost@{XmppServer.Domain}";
        await using var connection = await SmtpConversation.OpenAsync(gateway.SmtpPort);

        var reply = await connection.MailAsync(Bob, [alice.BareJid, ghost], Text.Mail(Bob, alice.BareJid, "Hi", "for one of two"), "ENVID=QQ1 RET=HDRS");
        await alice.MessageAsync("for one of two");
        var report = await Sink.MailAsync("Action: failed");

        Assert.That(reply.Code, Is.EqualTo(250), reply.Text);
        Assert.That((report.Sender, report.Recipients.Single()), Is.EqualTo(("", Bob)));
        var file = Path.Combine(gateway.Configuration.Folder, "report.eml");
        await File.WriteAllBytesAsync(file, report.Content);
        var read = await Command.OutputAsync("python3", "-c", Reader, file);
        Assert.That(read, Does.StartWith("multipart/report delivery-status auto-replied\ntext/plain message/delivery-status text/rfc822-headers\n")
            .And.Contains("Original-Envelope-Id: QQ1").And.Contains($"Final-Recipient: rfc822; {ghost}; Action: failed; Status: 5.1.1").And.Contains("defects []"));
        Assert.That(read, Does.Not.Contain(alice.BareJid));
        var verdicts = await DkimPython.VerifyAsync(Encoding.Latin1.GetString(report.Content), ($"ed._domainkey.{XmppServer.Domain}", DkimKey.Ed25519Record));
        Assert.That(verdicts, Is.EqualTo(new[] { $"ed25519-sha256 {XmppServer.Domain} ed True" }));
        await Patience.UntilAsync("nothing waits", async () => (await gateway.QueueAsync()).Count == 0);
        Assert.That(Sink.Mails.All, Has.Exactly(1).Matches<SinkMail>(mail => mail.Sender.Length == 0));
    }

    [Test]
    public async Task A_sender_that_is_not_verified_is_told_in_the_session()
    {
        var gateway = await StartAsync("v=spf1 ?all");
        var alice = await NewClientAsync();
        await using var connection = await SmtpConversation.OpenAsync(gateway.SmtpPort);

        var reply = await connection.MailAsync(Bob, [alice.BareJid, $"ghost@{XmppServer.Domain}"], Text.Mail(Bob, alice.BareJid, "Hi", "for one of two"));

        Assert.That(reply.Code, Is.EqualTo(550), reply.Text);
        Assert.That(reply.Text, Does.Contain($"not delivered to <ghost@{XmppServer.Domain}>"));
    }

    [Test]
    public async Task Notify_decides_who_is_told_of_what()
    {
        var gateway = await StartAsync("v=spf1 ip4:127.0.0.1 -all");
        var alice = await NewClientAsync();

        var never = await MailAsync(gateway, "never", ($"ghost1@{XmppServer.Domain}", "NOTIFY=NEVER"), (alice.BareJid, ""));
        var success = await MailAsync(gateway, "success", (alice.BareJid, "NOTIFY=SUCCESS ORCPT=rfc822;all+2Blist@mail.test"));
        var relayed = await Sink.MailAsync("Action: relayed");

        Assert.That((never.Code, success.Code), Is.EqualTo((250, 250)), never.Text);
        Assert.That(relayed.Text, Does.Contain("Original-Recipient: rfc822; all+list@mail.test").And.Contains($"Final-Recipient: rfc822; {alice.BareJid}"));
        Assert.That(Sink.Mails.All, Has.Count.EqualTo(1), "NEVER is never");
    }

    [Test]
    public async Task A_refusal_that_comes_after_the_250_is_reported_too()
    {
        var gateway = await StartAsync("v=spf1 ip4:127.0.0.1 -all", configuration =>
        {
            configuration["Xmpp:Users"] = new JsonArray(XmppServer.Domain, Nowhere);
            configuration["Xmpp:LocalDomains"] = new JsonArray(XmppServer.Domain);
        });

        var reply = await MailAsync(gateway, "Hi", ($"dave%{Nowhere}@{Domain}", ""));
        Assert.That(reply.Code, Is.EqualTo(250), reply.Text);
        var report = await Sink.MailAsync("Action: failed", TimeSpan.FromMinutes(2));

        Assert.That(report.Text, Does.Contain($"Final-Recipient: rfc822; dave%{Nowhere}@{Domain}"));
    }

    private Task<GatewayProcess> StartAsync(string policy, Action<GatewayConfiguration>? change = null)
    {
        var dns = Keep(new FakeDns());
        dns.AddText("mail.test", policy);
        return StartGatewayAsync(configuration =>
        {
            configuration["Dns:Servers"] = new JsonArray($"127.0.0.1:{dns.Port}");
            configuration["Inbound:Dmarc"] = "mark";
            change?.Invoke(configuration);
        });
    }

    private static async Task<Reply> MailAsync(GatewayProcess gateway, string subject, params (string Address, string Wish)[] recipients)
    {
        await using var connection = await SmtpConversation.OpenAsync(gateway.SmtpPort);
        await connection.SayAsync($"MAIL FROM:<{Bob}>");
        foreach (var (address, wish) in recipients)
            await connection.SayAsync($"RCPT TO:<{address}> {wish}".TrimEnd());
        await connection.SayAsync("DATA");
        return await connection.ContentAsync(Text.Mail(Bob, recipients[^1].Address, subject, subject));
    }
}
