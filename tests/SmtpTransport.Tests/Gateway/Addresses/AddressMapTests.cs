using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.Addresses;

public sealed class AddressMapTests
{
    private readonly FakeAliases aliases = new();
    private AddressMap map = null!;

    [SetUp]
    public void MapOfOneServer() => map = new AddressMap(AddressMaps.Options, aliases);

    [TestCase("bob@mail.test", "bob%mail.test")]
    [TestCase("Bob.B+shop@Mail.Test", "bob.b+shop%mail.test")]
    [TestCase("o'hara@mail.test", @"o\27hara%mail.test")]
    [TestCase("a%b@c.test", "a%b%c.test")]
    [TestCase("\"a@b.test\"@c.test", @"a\40b.test%c.test")]
    [TestCase("\"a b\"@c.test", @"a\20b%c.test")]
    [TestCase("\"\\\\40\"@c.test", @"\5c40%c.test")]
    [TestCase("x@münchen.test", "x%münchen.test")]
    [TestCase("x@straße.test", "x%xn--strae-oqa.test")]
    [TestCase("x@אבג.test", "x%xn--4dbcd.test")]
    [TestCase("x@မြန်.test", "x%xn--7idj4hg.test")]
    [TestCase("жук@mail.test", "жук%mail.test")]
    [TestCase("தமிழ்@mail.test", "தமிழ்%mail.test")]
    [TestCase("例@例え.テスト", "例%例え.テスト")]
    [TestCase("JU\u0308RGEN@mail.test", "jürgen%mail.test")]
    [TestCase("x@[IPv6:2001:db8::1]", @"x%[ipv6\3a2001\3adb8\3a\3a1]")]
    public void Mailboxes_are_contacts(string mailbox, string local) =>
        Assert.That(map.ContactOf(EmailAddress.Parse(mailbox), ContactForm.Percent).ToString(), Is.EqualTo(local + "@smtp.example"));

    [TestCase("bob@mail.test", @"bob\40mail.test")]
    [TestCase("a%b@c.test", @"a%b\40c.test")]
    [TestCase("\"a@b\"@c.test", @"a\40b\40c.test")]
    public void The_escaped_form_is_there_for_those_who_use_it(string mailbox, string local)
    {
        var jid = map.ContactOf(EmailAddress.Parse(mailbox), ContactForm.Escaped);
        Assert.That(jid.ToString(), Is.EqualTo(local + "@smtp.example"));
        Assert.That(map.Contact(jid), Is.EqualTo(new ContactLookup.Mailbox(EmailAddress.Parse(mailbox), ContactForm.Escaped)));
    }

    [Test]
    public void A_list_that_writes_from_a_long_address_can_be_answered()
    {
        var list = EmailAddress.Parse($"bounces+{new string('a', 100)}=c.test@mail.test");
        Assert.That(map.Contact(map.ContactOf(list, ContactForm.Percent)), Is.EqualTo(new ContactLookup.Mailbox(list, ContactForm.Percent)));
    }

    [TestCase("bob%mail.test", "bob@mail.test", ContactForm.Percent)]
    [TestCase(@"bob\40mail.test", "bob@mail.test", ContactForm.Escaped)]
    [TestCase("a%b%c.test", "a%b@c.test", ContactForm.Percent)]
    [TestCase(@"a%b\40c.test", "a%b@c.test", ContactForm.Escaped)]
    [TestCase(@"a\40b%c.test", "\"a@b\"@c.test", ContactForm.Percent)]
    [TestCase("x%xn--mnchen-3ya.test", "x@münchen.test", ContactForm.Percent)]
    [TestCase("a..b%c.test", "\"a..b\"@c.test", ContactForm.Percent)]
    [TestCase("postmaster%mail.test", "postmaster@mail.test", ContactForm.Percent)]
    public void Contact_names_are_read_from_the_right(string local, string mailbox, ContactForm form) =>
        Assert.That(Contact(local), Is.EqualTo(new ContactLookup.Mailbox(EmailAddress.Parse(mailbox), form)));

    [TestCase("bob")]
    [TestCase("bob%")]
    [TestCase("%mail.test")]
    [TestCase("bob%mail..test")]
    [TestCase("bob%-mail.test")]
    [TestCase("bob%[192.0.2.1]")]
    [TestCase(@"bob\40[ipv6\3a2001\3adb8\3a\3a1]")]
    [TestCase("~aaaaaaaaaaaaaaaa%mail.test")]
    public void What_is_no_mailbox_is_explained(string local)
    {
        Assert.That(Contact(local), Is.InstanceOf<ContactLookup.Invalid>());
        Assert.That(((ContactLookup.Invalid)Contact(local)).Why, Does.Contain("name%domain@smtp.example"));
    }

    [Test]
    public void The_component_itself_is_the_gateway_with_any_resource()
    {
        Assert.That(map.Contact(Jid.Parse("smtp.example")), Is.EqualTo(new ContactLookup.Gateway()));
        Assert.That(map.Contact(Jid.Parse("smtp.example/desk")), Is.EqualTo(new ContactLookup.Gateway()));
        Assert.That(map.Contact(Jid.Parse("bob%mail.test@other.example")), Is.InstanceOf<ContactLookup.Invalid>());
    }

    [TestCase("")]
    [TestCase(" a")]
    [TestCase("straße")]
    [TestCase("φίλος")]
    [TestCase("ﬁ")]
    [TestCase("😀")]
    [TestCase("a\u200db")]
    [TestCase("אבג")]
    [TestCase("မြန်")]
    [TestCase("ⱥ")]
    [TestCase("߀")]
    [TestCase("𐠀")]
    [TestCase("~aaaaaaaaaaaaaaaa")]
    public void Local_parts_that_no_jid_holds_get_a_lasting_alias(string local)
    {
        var mailbox = EmailAddress.Parse($"{LocalPart.Quote(local)}@mail.test");
        var jid = map.ContactOf(mailbox, ContactForm.Percent);
        Assert.That(Alias.IsAlias(jid.Local.Split('%')[0]), Is.True, jid.ToString());
        Assert.That(map.Contact(jid), Is.EqualTo(new ContactLookup.Mailbox(mailbox, ContactForm.Percent)));
        Assert.That(new AddressMap(AddressMaps.Options, new FakeAliases()).ContactOf(mailbox, ContactForm.Percent), Is.EqualTo(jid));
    }

    [TestCase("bob%example.org", "bob@example.org")]
    [TestCase(@"bob\40EXAMPLE.org", "bob@example.org")]
    [TestCase("bob+tag%alias.example.org", "bob@example.org")]
    [TestCase(@"o\27hara%example.org", @"o\27hara@example.org")]
    [TestCase("postmaster%example.org", "admin@example.org")]
    public void A_contact_of_an_own_mail_domain_is_the_user_itself(string local, string jid) =>
        Assert.That(Contact(local), Is.EqualTo(new ContactLookup.OwnUser(Jid.Parse(jid))));

    [TestCase("bob%smtp.example")]
    [TestCase(@"bob\40smtp.example")]
    [TestCase("bob%SMTP.example.")]
    [TestCase("bob%mail.test%smtp.example")]
    [TestCase("bob%smtp.example%mail.test")]
    [TestCase(@"bob\40smtp.example%mail.test")]
    [TestCase(@"bob\5c40smtp.example%mail.test")]
    [TestCase(@"bob%smtp.example.\40mail.test")]
    [TestCase(@"\22bob\40smtp.example\22%mail.test")]
    [TestCase("smtp.example!bob%mail.test")]
    public void No_contact_leads_back_to_the_gateway(string local) =>
        Assert.That(Contact(local), Is.InstanceOf<ContactLookup.Invalid>());

    [TestCase("alice@example.org", "alice@example.org")]
    [TestCase("alice@example.org/phone", "alice@example.org")]
    [TestCase(@"o\27hara@example.org", "o'hara@example.org")]
    [TestCase(@"a\40b@example.org", "\"a@b\"@example.org")]
    [TestCase("carol@example.net", "carol%example.net@smtp.example")]
    [TestCase("carol@münchen.test", "carol%xn--mnchen-3ya.test@smtp.example")]
    [TestCase("жук@example.net", "жук%example.net@smtp.example")]
    [TestCase("dave@several.example", "dave@a.example")]
    [TestCase("example.org", "postmaster@example.org")]
    public void Users_have_a_mail_address(string jid, string address) =>
        Assert.That(map.MailAddressOf(Jid.Parse(jid)).ToString(), Is.EqualTo(address));

    [TestCase("a+b@example.org")]
    [TestCase("a+b@example.net")]
    [TestCase("postmaster@example.org")]
    [TestCase("abuse@example.org")]
    [TestCase(@"\5cx@example.org")]
    [TestCase("~aaaaaaaaaaaaaaaa@example.org")]
    [TestCase("a123456789a123456789a123456789a123456789a123456789a123456789a12345@example.org")]
    [TestCase("a123456789a123456789a123456789a123456789a123456789a123456@example.net")]
    public void Users_whose_name_no_mail_address_holds_get_an_alias(string jid)
    {
        var user = Jid.Parse(jid);
        var address = map.MailAddressOf(user);
        Assert.That(Alias.IsAlias(address.Local), Is.True, address.ToString());
        Assert.That(map.Recipient(address), Is.EqualTo(new RecipientLookup.User(user, null)));
        Assert.That(map.Recipient(EmailAddress.Parse($"{address.Local}+x@{address.Domain}")), Is.EqualTo(new RecipientLookup.User(user, "x")));
    }

    [TestCase("alice@example.org", "alice@example.org", null)]
    [TestCase("Alice@EXAMPLE.ORG", "alice@example.org", null)]
    [TestCase("alice@alias.example.org", "alice@example.org", null)]
    [TestCase("alice+shop@example.org", "alice@example.org", "shop")]
    [TestCase("alice+a+b@example.org", "alice@example.org", "a+b")]
    [TestCase("alice+@example.org", "alice@example.org", null)]
    [TestCase("b+token@example.org", "b@example.org", "token")]
    [TestCase("alice%example.org@smtp.example", "alice@example.org", null)]
    [TestCase("carol%example.net@smtp.example", "carol@example.net", null)]
    [TestCase("carol+shop%example.net@smtp.example", "carol@example.net", "shop")]
    [TestCase("carol%example.net+shop@smtp.example", "carol@example.net", "shop")]
    [TestCase("carol%XN--MNCHEN-3YA.test@smtp.example", "carol@münchen.test", null)]
    [TestCase("o'hara@example.org", @"o\27hara@example.org", null)]
    [TestCase("\"a b\"@example.org", @"a\20b@example.org", null)]
    [TestCase("victim%gmail.com@example.org", "victim%gmail.com@example.org", null)]
    [TestCase("dave@b.example", "dave@several.example", null)]
    public void Recipients_are_users(string address, string jid, string? tag) =>
        Assert.That(map.Recipient(EmailAddress.Parse(address)), Is.EqualTo(new RecipientLookup.User(Jid.Parse(jid), tag)));

    [TestCase("postmaster@example.org")]
    [TestCase("PostMaster@smtp.example")]
    [TestCase("abuse@alias.example.org")]
    [TestCase("Abuse@mx.example.org")]
    [TestCase("postmaster+x@example.org")]
    public void Postmaster_and_abuse_reach_the_admins_at_every_served_domain(string address) =>
        Assert.That(map.Recipient(EmailAddress.Parse(address)), Is.EqualTo(new RecipientLookup.Admins()));

    [TestCase("bob@gmail.com", "5.7.1")]
    [TestCase("postmaster@gmail.com", "5.7.1")]
    [TestCase("bob@[192.0.2.1]", "5.7.1")]
    [TestCase("victim%gmail.com@smtp.example", "5.7.1")]
    [TestCase("\"victim%gmail.com\"@smtp.example", "5.7.1")]
    [TestCase("x%smtp.example@smtp.example", "5.7.1")]
    [TestCase("bob%mail.test%smtp.example@smtp.example", "5.7.1")]
    [TestCase("bob%smtp.example%example.org@smtp.example", "5.7.1")]
    [TestCase("\"bob@smtp.example\"@example.org", "5.7.1")]
    [TestCase("\"bob%SMTP.example.\"@smtp.example", "5.7.1")]
    [TestCase("\"bob\\\\40smtp.example\"@example.org", "5.7.1")]
    [TestCase("smtp.example!bob@example.org", "5.7.1")]
    [TestCase("alice@smtp.example", "5.1.1")]
    [TestCase("\"bob@mail.test\"@smtp.example", "5.1.1")]
    [TestCase("alice@mx.example.org", "5.1.1")]
    [TestCase("\" \"@example.org", "5.1.1")]
    [TestCase("+shop@example.org", "5.1.1")]
    [TestCase("~aaaaaaaaaaaaaaaa@example.org", "5.1.1")]
    public void Nobody_can_relay(string address, string code)
    {
        var refused = map.Recipient(EmailAddress.Parse(address)) as RecipientLookup.Refused;
        Assert.That(refused?.Reply.Enhanced, Is.EqualTo(code));
        Assert.That(refused?.Reply.Code, Is.EqualTo(550));
    }

    [Test]
    public void With_a_star_any_xmpp_domain_but_our_own_is_named_to_the_caller()
    {
        var open = new AddressMap(AddressMaps.Options with { AnyUsers = true }, aliases);
        Assert.That(open.Recipient(EmailAddress.Parse("victim%gmail.com@smtp.example")),
            Is.EqualTo(new RecipientLookup.User(Jid.Parse("victim@gmail.com"), null)));
        Assert.That(open.Recipient(EmailAddress.Parse("x%smtp.example@smtp.example")), Is.InstanceOf<RecipientLookup.Refused>());
        Assert.That(open.MaySend(Jid.Parse("anyone@far.example/x")), Is.True);
        Assert.That(open.MaySend(Jid.Parse("bob%mail.test@smtp.example")), Is.False);
        Assert.That(open.IsListed("far.example"), Is.False);
    }

    [Test]
    public void Only_listed_users_may_send()
    {
        Assert.That(map.MaySend(Jid.Parse("alice@example.org/phone")), Is.True);
        Assert.That(map.MaySend(Jid.Parse("example.org")), Is.False);
        Assert.That(map.MaySend(Jid.Parse("alice@far.example")), Is.False);
        Assert.That(map.IsLocal("example.org"), Is.True);
        Assert.That(map.IsLocal("example.net"), Is.False);
    }

    [Test]
    public void An_alias_never_opens_another_domain()
    {
        foreach (var text in new[] { "victim@gmail.com/x", "victim@gmail.com", "x/y", "@", "" })
        {
            aliases.Remember(Alias.Of(text), text);
            Assert.That(map.Recipient(new EmailAddress(Alias.Of(text), "example.org")), Is.InstanceOf<RecipientLookup.Refused>(), text);
            Assert.That(map.Recipient(new EmailAddress(Alias.Of(text), "smtp.example")), Is.InstanceOf<RecipientLookup.Refused>(), text);
        }
    }

    private ContactLookup Contact(string local) => map.Contact(Jid.Parse(local + "@smtp.example"));
}
