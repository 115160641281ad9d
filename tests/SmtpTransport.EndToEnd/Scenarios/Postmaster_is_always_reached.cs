using System.Text.Json.Nodes;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class Postmaster_is_always_reached(ServerKind server) : Scenario(server)
{
    [Test]
    public async Task At_every_name_of_ours_and_at_none()
    {
        var admin = await NewClientAsync("admin");
        var gateway = await StartGatewayAsync(configuration => configuration["Admins"] = new JsonArray(admin.BareJid));

        foreach (var recipient in new[] { "postmaster", "Postmaster", $"postmaster@mx.{XmppServer.Domain}", $"postmaster@{XmppServer.Domain}", $"postmaster@{Domain}", $"abuse@{Domain}" })
        {
            var word = Text.Unique();
            var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, "bob@mail.test", recipient, Text.Mail("bob@mail.test", "postmaster", "Help", word));
            Assert.That(reply.Code, Is.EqualTo(250), $"{recipient}: {reply.Text}");
            await admin.MessageAsync(word);
        }
    }
}
