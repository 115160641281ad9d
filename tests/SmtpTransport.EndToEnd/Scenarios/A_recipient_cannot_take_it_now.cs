using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class A_recipient_cannot_take_it_now(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    protected override bool OwnServer => true;

    [Test]
    public async Task A_full_mailbox_among_several_puts_the_mail_off_and_its_retry_shows_nothing_twice()
    {
        if (Kind == ServerKind.Prosody)
            Assert.Ignore("Prosody refuses nothing for now.");
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var full = await NewUserAsync("full");
        await FillAsync(gateway, full);
        var mail = Text.Mail(Bob, alice.BareJid, "Hi", "to both of you");
        await using var connection = await SmtpConversation.OpenAsync(gateway.SmtpPort);

        var first = await connection.MailAsync(Bob, [alice.BareJid, full], mail);
        await alice.MessageAsync("to both of you");
        var second = await connection.MailAsync(Bob, [alice.BareJid, full], mail);
        var reader = await LoginAsync(full);
        await reader.MessageAsync("filling");
        var third = await connection.MailAsync(Bob, [alice.BareJid, full], mail);
        await reader.MessageAsync("to both of you");
        var last = await connection.MailAsync(Bob, [alice.BareJid, full], Text.Mail(Bob, alice.BareJid, "Hi", "the end"));
        await alice.MessageAsync("the end");
        await reader.MessageAsync("the end");

        Assert.Multiple(() =>
        {
            Assert.That((first.Code, second.Code, third.Code, last.Code), Is.EqualTo((452, 452, 250, 250)), first.Text);
            Assert.That(first.Text, Does.Contain($"delivered to <{alice.BareJid}>").And.Contain($"not delivered to <{full}>"));
            Assert.That(Copies(alice), Is.EqualTo(1));
            Assert.That(Copies(reader), Is.EqualTo(1));
        });
        Assert.That(await gateway.QueueAsync(), Is.Empty, "What was put off is with its sender, not in the spool.");
    }

    protected override XmppServer NewServer() => Kind == ServerKind.Ejabberd ? new EjabberdServer(1) { OfflineQuota = 3 } : base.NewServer();

    private static async Task FillAsync(GatewayProcess gateway, string user)
    {
        Reply reply;
        var count = 0;
        do
            reply = await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, user, Text.Mail(Bob, user, "Hi", $"filling {++count}"));
        while (reply.Code == 250 && count < 10);
        Assert.That(reply.Text, Does.StartWith("452 4.2.2"), "to one alone");
    }

    private static int Copies(ChatClient client) => client.Messages.Count(message => message.Element("body")!.Value.Contains("to both of you", StringComparison.Ordinal));
}
