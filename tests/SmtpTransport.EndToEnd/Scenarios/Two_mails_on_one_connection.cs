using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class Two_mails_on_one_connection(ServerKind server) : Scenario(server)
{
    [Test]
    public async Task Each_reaches_its_own_recipient_and_nobody_else()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var carol = await NewClientAsync("carol");
        await using var connection = await SmtpConversation.OpenAsync(gateway.SmtpPort);

        var first = await connection.MailAsync("bob@mail.test", [alice.BareJid], Text.Mail("bob@mail.test", alice.BareJid, "One", "for alice"));
        var second = await connection.MailAsync("bob@mail.test", [carol.BareJid], Text.Mail("bob@mail.test", carol.BareJid, "Two", "for carol"));

        Assert.That((first.Code, second.Code), Is.EqualTo((250, 250)), $"{first}\n{second}");
        var toAlice = await alice.MessageAsync("for alice");
        var toCarol = await carol.MessageAsync("for carol");
        Assert.Multiple(() =>
        {
            Assert.That((string?)toAlice.Attribute("from"), Is.EqualTo(Contact("bob@mail.test")));
            Assert.That((string?)toAlice.Attribute("type"), Is.EqualTo("chat"));
            Assert.That(toAlice.Element("subject")?.Value, Is.EqualTo("One"));
            Assert.That((string?)toCarol.Attribute("from"), Is.EqualTo(Contact("bob@mail.test")));
            Assert.That(alice.Messages.Count(), Is.EqualTo(1));
            Assert.That(carol.Messages.Count(), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_mail_that_was_reset_leaves_nothing_behind()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var carol = await NewClientAsync("carol");
        await using var connection = await SmtpConversation.OpenAsync(gateway.SmtpPort);

        await connection.SayAsync("MAIL FROM:<bob@mail.test>");
        await connection.SayAsync($"RCPT TO:<{carol.BareJid}>");
        await connection.SayAsync("RSET");
        await connection.MailAsync("bob@mail.test", [alice.BareJid], Text.Mail("bob@mail.test", alice.BareJid, "Hi", "only for alice"));

        await alice.MessageAsync("only for alice");
        Assert.That(carol.Messages, Is.Empty);
    }
}
