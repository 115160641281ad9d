using System.Text.Json.Nodes;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>RFC 5321 §4.5.1, RFC 2142.</summary>
internal sealed class Postmaster_is_reached(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    [Test]
    public async Task At_every_name_that_we_answer_for_and_at_none()
    {
        var admin = await NewClientAsync("admin");
        var gateway = await StartGatewayAsync(configuration => configuration["Admins"] = new JsonArray(admin.BareJid));
        string[] names =
        [
            "postmaster", "Postmaster", $"postmaster@{XmppServer.Domain}", $"Postmaster@{XmppServer.Domain}", $"postmaster@{Domain}", $"abuse@{Domain}", $"postmaster@mx.{XmppServer.Domain}",
        ];

        foreach (var name in names)
        {
            var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, name, Text.Mail(Bob, $"postmaster@{XmppServer.Domain}", "Hi", $"to <{name}>."));

            Assert.That(reply.Code, Is.EqualTo(250), $"{name}: {reply.Text}");
            await admin.MessageAsync($"to <{name}>.");
        }
    }
}
