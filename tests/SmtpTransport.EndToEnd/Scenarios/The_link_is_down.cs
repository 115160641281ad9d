using System.Net;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class The_link_is_down(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    protected override bool OwnServer => true;

    [Test]
    public async Task Mail_waits_for_the_grace_and_is_then_put_off_and_not_delivered_later()
    {
        var gateway = await StartGatewayAsync(configuration => configuration["Xmpp:ReconnectGrace"] = "00:00:04");
        var user = await NewUserAsync();
        await using var connection = await SmtpConversation.OpenAsync(gateway.SmtpPort);
        var lost = Text.Mail(Bob, user, "Hi", "put off");

        await Server.StopAsync();
        await gateway.UnreadyAsync();
        var waited = await connection.MailAsync(Bob, [user], lost);
        Assert.That(waited.Text, Does.StartWith("451 4.4.3"));
        await connection.SayAsync("RSET");
        await connection.SayAsync($"MAIL FROM:<{Bob}>");
        var atOnce = await connection.SayAsync($"RCPT TO:<{user}>");
        Assert.That(atOnce.Text, Does.StartWith("451 4.4.3"), "After the grace the answer comes at RCPT.");
        Assert.That(await gateway.QueueAsync(), Is.Empty, "The sender still has the mail.");

        await Server.StartAsync();
        await gateway.ReadyAsync();
        var alice = await LoginAsync(user);
        await connection.SayAsync("RSET");
        var other = await connection.MailAsync(Bob, [user], Text.Mail(Bob, user, "Hi", "something else"));
        await alice.MessageAsync("something else");
        Assert.That(other.Code, Is.EqualTo(250), other.Text);
        Assert.That(alice.Messages.Count(), Is.EqualTo(1), "What was answered with 451 is not delivered from the spool.");

        var retried = await connection.MailAsync(Bob, [user], lost);
        Assert.That(retried.Code, Is.EqualTo(250), retried.Text);
        await alice.MessageAsync("put off");
    }

    [Test]
    public async Task A_short_break_costs_the_sender_nothing_but_time()
    {
        var gateway = await StartGatewayAsync(configuration => configuration["Xmpp:ReconnectGrace"] = "00:02:00");
        var user = await NewUserAsync();
        await using var connection = await SmtpConversation.OpenAsync(gateway.SmtpPort);

        await Server.StopAsync();
        await gateway.UnreadyAsync();
        var mailing = connection.MailAsync(Bob, [user], Text.Mail(Bob, user, "Hi", "patience"));
        await Server.StartAsync();

        Assert.That((await mailing).Code, Is.EqualTo(250));
        await (await LoginAsync(user)).MessageAsync("patience");
    }

    /// <summary>Its connection stays open, and nothing comes: as behind a cable that was pulled.</summary>
    [Test]
    public async Task A_peer_that_has_fallen_silent_is_noticed_within_90_seconds()
    {
        var gateway = await StartGatewayAsync();

        Server.Freeze();
        await Patience.UntilAsync("the gateway is not ready", async () => await gateway.StatusAsync("/readyz") == HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(90));
        Server.Thaw();

        // Prosody may find the new connection before it finds that the old one has gone: that is a conflict, and takes its time.
        await Patience.UntilAsync("the gateway is ready again", async () => await gateway.StatusAsync("/readyz") == HttpStatusCode.OK, TimeSpan.FromSeconds(100));
    }

    [Test]
    public async Task A_server_that_says_nothing_gets_its_mail_from_the_spool()
    {
        var gateway = await StartGatewayAsync(configuration => configuration["Xmpp:VerdictTimeout"] = "00:00:01");
        var alice = await NewClientAsync();

        Server.Freeze();
        var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "Hi", "later, then"));
        Assert.That(reply.Code, Is.EqualTo(250), reply.Text);
        Server.Thaw();

        await alice.MessageAsync("later, then");
    }
}
