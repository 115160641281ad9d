using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class An_unknown_user_is_refused_in_the_session(ServerKind server) : Scenario(server)
{
    [Test]
    public async Task With_550_and_nothing_stays_in_the_queue()
    {
        var gateway = await StartGatewayAsync();
        var ghost = $"ghost@{XmppServer.Domain}";

        var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, "bob@mail.test", ghost, Text.Mail("bob@mail.test", ghost, "Hi", "Anybody there?"));

        Assert.That(reply.Text, Does.StartWith("550 5.1.1"));
        Assert.That(await gateway.QueueAsync(), Is.Empty);
    }

    [Test]
    public async Task Mail_for_a_domain_that_is_not_ours_is_refused_at_once()
    {
        var gateway = await StartGatewayAsync();
        await using var connection = await SmtpConversation.OpenAsync(gateway.SmtpPort);

        await connection.SayAsync("MAIL FROM:<bob@mail.test>");
        var foreign = await connection.SayAsync("RCPT TO:<victim@elsewhere.test>");
        var relay = await connection.SayAsync($"RCPT TO:<victim%gmail.com@{Domain}>");

        Assert.That(foreign.Text, Does.StartWith("550 5.7.1"));
        Assert.That(relay.Text, Does.StartWith("550 5.7.1"));
    }
}
