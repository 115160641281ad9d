using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SmtpTransport.EndToEnd.Support;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class A_mail_leaves_signed(ServerKind server) : Scenario(server)
{
    [TestCase("bob@mail.test")]
    [TestCase("müller@mail.test")]
    public async Task With_both_keys_of_the_users_domain(string recipient)
    {
        using var rsa = RSA.Create(2048);
        await StartGatewayAsync(configuration => configuration["Delivery:Dkim"] = new JsonArray(
            DkimKey.Save(configuration.Folder, "rsa", rsa.ExportRSAPrivateKeyPem()), DkimKey.Save(configuration.Folder, "ed", DkimKey.Ed25519Pem)));
        var alice = await NewClientAsync();

        alice.SendMessage(Contact(recipient), "Signed, with Grüße");

        var mail = await Sink.MailAsync("Signed, with");
        var verdicts = await DkimPython.VerifyAsync(
            Encoding.Latin1.GetString(mail.Content),
            ("rsa._domainkey.xmpp.test", DkimKey.Record(rsa)),
            ("ed._domainkey.xmpp.test", DkimKey.Ed25519Record));
        Assert.That(verdicts, Is.EqualTo(new[] { "ed25519-sha256 xmpp.test ed True", "rsa-sha256 xmpp.test rsa True" }), mail.Text);
    }
}
