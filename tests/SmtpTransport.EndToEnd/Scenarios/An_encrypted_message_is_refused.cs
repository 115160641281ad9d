using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class An_encrypted_message_is_refused(ServerKind server) : Scenario(server)
{
    [Test]
    public async Task With_the_reason_and_nothing_is_mailed()
    {
        await StartGatewayAsync();
        var alice = await NewClientAsync();

        var id = alice.SendMessage(Contact("bob@mail.test"), "This message is OMEMO encrypted", new XElement(Names.Omemo + "encrypted"));
        var (_, condition, words) = Text.Error(await alice.ErrorAsync(id));
        alice.SendMessage(Contact("bob@mail.test"), "in the clear");
        await Sink.MailAsync("in the clear");

        Assert.Multiple(() =>
        {
            Assert.That(condition, Is.EqualTo("not-acceptable"));
            Assert.That(words, Is.Not.Empty);
            Assert.That(Sink.Mails.All, Has.Count.EqualTo(1));
        });
    }
}
