using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class An_offline_user_gets_the_mail_at_login(ServerKind server) : Scenario(server)
{
    [Test]
    public async Task The_session_ends_with_250_and_the_message_waits_at_the_server()
    {
        var gateway = await StartGatewayAsync();
        var user = await NewUserAsync();

        var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, "bob@mail.test", user, Text.Mail("bob@mail.test", user, "Hi", "while you were away"));
        var alice = await LoginAsync(user);

        Assert.That(reply.Code, Is.EqualTo(250), reply.Text);
        var message = await alice.MessageAsync("while you were away");
        Assert.That((string?)message.Attribute("from"), Is.EqualTo(Contact("bob@mail.test")));
        Assert.That(alice.Messages.Count(), Is.EqualTo(1));
    }
}
