using System.Diagnostics;
using System.Globalization;
using CsCheck;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.Addresses;

public sealed class AddressPropertyTests
{
    private static readonly AddressMap Map = AddressMaps.Map();

    private static readonly AddressMap Open = new(AddressMaps.Options with { AnyUsers = true }, new FakeAliases());

    private static readonly Gen<Jid> User =
        Gen.Select(AddressGen.Local, Gen.OneOf("example.org", "example.net", "münchen.test", "several.example"))
            .Select(parts => Jid.TryParse($"{JidEscaping.Escape(parts.Item1)}@{parts.Item2}", out var jid) ? jid : default)
            .Where(jid => jid.Local is { Length: > 0 } && jid.IsBare);

    [Test]
    public void A_mailbox_and_its_contact_lead_to_each_other_in_both_forms() =>
        Gen.Select(AddressGen.Mailbox, Gen.Enum<ContactForm>()).Sample((mailbox, form) =>
        {
            var jid = Map.ContactOf(mailbox, form);
            Assert.That(Jid.TryParse(jid.ToString(), out var parsed) && parsed == jid, Is.True, jid.ToString());
            var contact = Map.Contact(jid);
            if (mailbox.IsLiteral)
                Assert.That(contact, Is.InstanceOf<ContactLookup.Invalid>());
            else
                Assert.That(contact is ContactLookup.Mailbox found && found.Address.Key == mailbox.Key && found.Form == form, Is.True, jid.ToString());
        });

    [Test]
    public void Two_mailboxes_never_share_a_contact() =>
        Gen.Select(AddressGen.Mailbox, AddressGen.Mailbox).Sample((one, other) =>
            one.Key == other.Key == (Map.ContactOf(one, ContactForm.Percent) == Map.ContactOf(other, ContactForm.Percent)));

    [Test]
    public void A_users_mail_address_leads_back_to_the_user() =>
        User.Sample(user =>
        {
            var address = Map.MailAddressOf(user);
            Assert.That(EmailAddress.TryParse(address.ToString(), out var same) && same == address, Is.True, address.ToString());
            return Map.Recipient(address) == new RecipientLookup.User(user, null);
        });

    [Test]
    public void No_recipient_is_outside_the_served_domains() =>
        Gen.Select(AddressGen.Hostile, Gen.OneOf("smtp.example", "example.org", "alias.example.org", "mx.example.org", "gmail.com"))
            .Sample((local, domain) => Check(local, domain));

    [Test]
    public void Nothing_makes_the_map_throw()
    {
        var limit = TimeSpan.FromSeconds(double.Parse(
            Environment.GetEnvironmentVariable("SMTPTRANSPORT_FUZZ_SECONDS") ?? "2", CultureInfo.InvariantCulture));
        var started = Stopwatch.GetTimestamp();
        var random = new Random(20261122);
        var texts = 0;
        do
        {
            Check(AddressGen.NextHostile(random), "smtp.example");
            texts++;
        }
        while (Stopwatch.GetElapsedTime(started) < limit);
        TestContext.Out.WriteLine($"{texts} texts");
    }

    private static void Check(string text, string domain)
    {
        foreach (var candidate in (string[])[text, $"{text}@{domain}", $"{LocalPart.Quote(text)}@{domain}"])
        {
            if (!EmailAddress.TryParse(candidate, out var address))
                continue;
            if (Map.Recipient(address) is RecipientLookup.User user)
                Assert.That(Map.IsListed(user.Jid.Domain) && user.Jid.IsBare && user.Jid.Local.Length > 0, Is.True, candidate);
            if (Open.Recipient(address) is RecipientLookup.User any)
                Assert.That(any.Jid.Domain, Is.Not.EqualTo("smtp.example"), candidate);
            Assert.That(Map.ContactOf(address, ContactForm.Percent).Domain, Is.EqualTo("smtp.example"));
        }
        if (Jid.TryParse($"{text}@smtp.example", out var jid) && Map.Contact(jid) is ContactLookup.Mailbox mailbox)
        {
            Assert.That(EmailAddress.TryParseForeign(mailbox.Address.ToString(), out var same) && same == mailbox.Address, Is.True, text);
            Assert.That(mailbox.Address.Domain, Is.Not.EqualTo("smtp.example").And.Not.EqualTo("example.org"), text);
        }
    }
}
