using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class Addresses_beyond_ASCII(ServerKind server) : Scenario(server)
{
    private const string Greek = "δοκιμή@παράδειγμα.test";

    [Test]
    public async Task Mail_from_one_arrives_from_its_contact()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();

        var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, Greek, alice.BareJid, Text.Mail(Greek, alice.BareJid, "Γειά", "καλημέρα"), "SMTPUTF8");

        Assert.That(reply.Code, Is.EqualTo(250), reply.Text);
        var message = await alice.MessageAsync("καλημέρα");
        Assert.That((string?)message.Attribute("from"), Is.EqualTo(Contact(Greek)));
        Assert.That(message.Element("subject")?.Value, Is.EqualTo("Γειά"));
    }

    [Test]
    public async Task A_message_to_one_leaves_with_SMTPUTF8()
    {
        await StartGatewayAsync();
        var alice = await NewClientAsync();

        alice.SendMessage(Contact(Greek), "καλησπέρα");

        var mail = await Sink.Mails.WaitAsync("the mail", _ => true);
        Assert.That(mail.Recipients.Single(), Does.StartWith("δοκιμή@"));
        Assert.That(mail.Parse().TextBody, Does.Contain("καλησπέρα"));
    }

    [Test]
    public async Task A_next_hop_that_cannot_take_it_is_reported()
    {
        var plain = Keep(new MailSink { Extensions = "8BITMIME SIZE=1000000" });
        await StartGatewayAsync(configuration => configuration["Delivery:Relay"] = $"smtp://127.0.0.1:{plain.Port}");
        var alice = await NewClientAsync();

        var id = alice.SendMessage(Contact(Greek), "καληνύχτα");

        var (type, condition, words) = Text.Error(await alice.ErrorAsync(id));
        Assert.That((type, condition), Is.EqualTo(("modify", "not-acceptable")), words);
        Assert.That(plain.Mails.All, Is.Empty);
    }

    [Test]
    public async Task Only_the_domain_is_not_ASCII_and_any_next_hop_will_do()
    {
        var plain = Keep(new MailSink { Extensions = "8BITMIME SIZE=1000000" });
        await StartGatewayAsync(configuration => configuration["Delivery:Relay"] = $"smtp://127.0.0.1:{plain.Port}");
        var alice = await NewClientAsync();

        alice.SendMessage(Contact("bob@παράδειγμα.test"), "to the A-label");

        Assert.That((await plain.MailAsync("to the A-label")).Recipients.Single(), Is.EqualTo("bob@xn--hxajbheg2az3al.test"));
    }
}
