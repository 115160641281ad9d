using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class Both_address_forms_are_one_contact(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    [TestCase(@"bob%mail.test")]
    [TestCase(@"bob\40mail.test")]
    public async Task The_mail_goes_to_the_same_address_and_the_answer_comes_from_the_form_used(string local)
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var contact = $"{local}@{Domain}";
        var word = Text.Unique();

        alice.SendMessage(contact, word);
        var mail = await Sink.MailAsync(word);
        var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "Hi", "answer to " + word));

        Assert.Multiple(() =>
        {
            Assert.That(mail.Recipients, Is.EqualTo(new[] { Bob }));
            Assert.That(mail.Parse().From.Mailboxes.Single().Address, Is.EqualTo(alice.BareJid));
            Assert.That(reply.Code, Is.EqualTo(250), reply.Text);
        });
        var message = await alice.MessageAsync("answer to " + word);
        Assert.That((string?)message.Attribute("from"), Is.EqualTo(contact));
    }

    [Test]
    public async Task A_mail_to_the_long_form_of_an_address_reaches_the_user()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var address = $"{alice.BareJid.Replace('@', '%')}@{Domain}";

        var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, address, Text.Mail(Bob, address, "Hi", "the long way"));

        Assert.That(reply.Code, Is.EqualTo(250), reply.Text);
        await alice.MessageAsync("the long way");
    }

    [TestCase("not-an-address")]
    [TestCase("bob%smtp-nested%")]
    public async Task What_is_no_address_is_refused(string local)
    {
        await StartGatewayAsync();
        var alice = await NewClientAsync();

        var id = alice.SendMessage($"{local}@{Domain}", "into the void");

        var (type, condition, _) = Text.Error(await alice.ErrorAsync(id));
        Assert.That((type, condition), Is.AnyOf(("cancel", "item-not-found"), ("modify", "jid-malformed")));
    }

    [Test]
    public async Task A_contact_whose_domain_is_ours_is_redirected_to_the_JID()
    {
        await StartGatewayAsync();
        var alice = await NewClientAsync();
        var carol = await NewUserAsync("carol");

        var id = alice.SendMessage(Contact(carol), "round about");

        var (_, condition, _) = Text.Error(await alice.ErrorAsync(id));
        Assert.That(condition, Is.EqualTo("redirect"));
        Assert.That(Sink.Mails.All, Is.Empty);
    }
}
