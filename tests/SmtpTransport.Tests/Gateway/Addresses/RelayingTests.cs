using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Mail;
using SmtpTransport.Tests.Gateway.MailToXmpp;

namespace SmtpTransport.Tests.Gateway.Addresses;

/// <summary>Every spelling by which relays were once abused: none leads to anybody outside.</summary>
internal sealed class RelayingTests
{
    [TestCase("victim@gmail.com")]
    [TestCase("victim%gmail.com@smtp.example")]
    [TestCase("\"victim%gmail.com\"@smtp.example")]
    [TestCase("\"victim@gmail.com\"@smtp.example")]
    [TestCase("\"<victim@gmail.com>\"@smtp.example")]
    [TestCase("gmail.com!victim@smtp.example")]
    [TestCase("smtp.example!victim%gmail.com@smtp.example")]
    [TestCase("victim\\40gmail.com@smtp.example")]
    [TestCase("victim\\40gmail.com%smtp.example@smtp.example")]
    [TestCase("victim%gmail.com%smtp.example@smtp.example")]
    [TestCase("victim\\40gmail.com\\40smtp.example@smtp.example")]
    [TestCase("victim\\5c40gmail.com%smtp.example@smtp.example")]
    [TestCase("alice%smtp.example@smtp.example")]
    [TestCase("alice%SMTP.EXAMPLE@smtp.example")]
    [TestCase("alice%example.org%smtp.example@smtp.example")]
    [TestCase("victim@[192.0.2.1]")]
    [TestCase("victim%[192.0.2.1]@smtp.example")]
    [TestCase("victim%192.0.2.1@smtp.example")]
    [TestCase("victim@[IPv6:2001:db8::1]")]
    [TestCase("victim%gmail.com@[127.0.0.1]")]
    [TestCase("victim@gmail.com%example.org@smtp.example")]
    [TestCase("\"victim%gmail.com@example.org\"@smtp.example")]
    [TestCase("\"alice@example.org/../victim\"@smtp.example")]
    [TestCase("\"victim@gmail.com \"@smtp.example")]
    public async Task No_spelling_relays(string recipient)
    {
        // Some are no addresses at all: the session answers those with 501.
        if (!EmailAddress.TryParse(recipient, out _))
            return;
        using var stage = new ReceiverStage(addresses: AddressMaps.Options with { AnyUsers = true });

        var reply = await stage.RcptAsync(recipient);

        Assert.That(reply.Code, Is.EqualTo(550));
    }

    [TestCase("victim%gmail.com@example.org", "example.org")]
    [TestCase("\"victim@gmail.com\"@example.org", "example.org")]
    [TestCase("\"victim@gmail.com%example.org\"@smtp.example", "example.org")]
    [TestCase("victim%gmail.com+alice%example.net@smtp.example", "example.net")]
    public void A_domain_inside_a_users_name_is_a_part_of_that_name(string recipient, string domain) =>
        Assert.That(AddressMaps.Map().Recipient(EmailAddress.Parse(recipient)), Is.TypeOf<RecipientLookup.User>().With.Property("Jid").Property("Domain").EqualTo(domain),
            "a user of ours by that name, or nobody: never handed to anybody else");
}
