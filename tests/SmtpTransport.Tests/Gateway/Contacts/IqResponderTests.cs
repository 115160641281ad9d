using System.Xml.Linq;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.Contacts;

public sealed class IqResponderTests
{
    private static readonly Jid Alice = Jid.Parse("alice@example.org/phone");
    private static readonly Jid Gateway = Jid.Parse("smtp.example");
    private static readonly Jid Bob = Jid.Parse("bob%mail.test@smtp.example");

    private readonly FakeContacts contacts = new()
    {
        [(Alice.Bare, "bob@mail.test")] = new Contact("Bob", ContactForm.Percent, "Bob Builder", true, false),
        [(Alice.Bare, "dora@mail.test")] = new Contact("dora", ContactForm.Escaped, "", false, true),
    };

    private IqResponder responder = null!;

    [SetUp]
    public void Responder() => responder = new IqResponder(AddressMaps.Map(), contacts);

    [Test]
    public void The_gateway_is_a_gateway_to_smtp()
    {
        var info = Ask(Gateway, new DiscoInfo()).Payload<DiscoInfo>()!;
        Assert.That(info.Identities, Is.EqualTo(new[] { new DiscoIdentity("gateway", "smtp", "Email") }));
        Assert.That(info.Features, Does.Contain("jabber:iq:gateway").And.Contain(@"jid\20escaping"));
    }

    [Test]
    public void A_contact_is_a_registered_account()
    {
        var info = Ask(Bob, new DiscoInfo()).Payload<DiscoInfo>()!;
        Assert.That(info.Identities, Is.EqualTo(new[] { new DiscoIdentity("account", "registered") }));
        Assert.That(info.Features, Does.Contain("urn:xmpp:receipts").And.Not.Contain("jabber:iq:gateway"));
    }

    [TestCase("smtp.example")]
    [TestCase("bob%mail.test@smtp.example")]
    public void What_is_advertised_is_answered(string to)
    {
        var features = Ask(Jid.Parse(to), new DiscoInfo()).Payload<DiscoInfo>()!.Features;
        foreach (var payload in new IPayload[] { new DiscoInfo(), new DiscoItems(), new Ping(), new SoftwareVersion(), new VCardTemp(), new GatewayPrompt() })
        {
            var isAdvertised = features.Contains(payload.ToXml().Name.NamespaceName);
            Assert.That(Ask(Jid.Parse(to), payload).Type, Is.EqualTo(isAdvertised ? "result" : "error"), payload.ToString());
        }
        Assert.That(features, Is.Unique);
    }

    [Test]
    public void Nobody_is_listed_and_nodes_are_not_found()
    {
        Assert.That(Ask(Gateway, new DiscoItems()).Payload<DiscoItems>()!.Items, Is.Empty);
        Assert.That(Condition(Ask(Gateway, new DiscoItems { Node = "x" })), Is.EqualTo("item-not-found"));
        Assert.That(Condition(Ask(Bob, new DiscoInfo { Node = "x" })), Is.EqualTo("item-not-found"));
    }

    [Test]
    public void The_version_is_that_of_the_program()
    {
        var version = Ask(Gateway, new SoftwareVersion()).Payload<SoftwareVersion>()!;
        Assert.That(version.Name, Is.EqualTo("SmtpTransport"));
        Assert.That(version.Version, Does.Match(@"^\d+\.\d+\.\d+$"));
    }

    [Test]
    public void A_contacts_card_has_the_name_that_this_user_knows()
    {
        var card = Ask(Bob, new VCardTemp()).Payload<VCardTemp>()!;
        Assert.That((card.FullName, card.Email, card.JabberId), Is.EqualTo(("Bob Builder", "bob@mail.test", Bob.ToString())));
        var stranger = responder.Answer(Stanza.Iq(Jid.Parse("carol@example.org/x"), Bob, "1", "get", new VCardTemp()));
        Assert.That(stranger.Payload<VCardTemp>()!.FullName, Is.EqualTo("bob@mail.test"));
        Assert.That(Ask(Gateway, new VCardTemp()).Payload<VCardTemp>()!.FullName, Is.EqualTo("Email"));
    }

    [Test]
    public void The_dialog_asks_for_an_address()
    {
        var prompt = Ask(Gateway, new GatewayPrompt()).Payload<GatewayPrompt>()!;
        Assert.That(prompt.Description, Is.Not.Empty);
        Assert.That(prompt.Prompt, Is.Not.Empty);
    }

    [TestCase("bob@mail.test", "bob%mail.test@smtp.example")]
    [TestCase("Bob <bob@mail.test>", "bob%mail.test@smtp.example")]
    [TestCase("mailto:o'hara@mail.test", @"o\27hara%mail.test@smtp.example")]
    [TestCase("dora%mail.test@smtp.example", "dora%mail.test@smtp.example")]
    [TestCase(@"Dora <dora\40mail.test@smtp.example>", @"dora\40mail.test@smtp.example")]
    [TestCase("dora@mail.test", @"dora\40mail.test@smtp.example")]
    [TestCase("carol%example.org@smtp.example", "carol@example.org")]
    [TestCase("alice@example.org", "alice@example.org")]
    [TestCase("alice@alias.example.org", "alice@example.org")]
    public void The_dialog_turns_an_address_into_a_jid(string entered, string jid)
    {
        var answer = Ask(Gateway, new GatewayPrompt(Prompt: entered), "set");
        Assert.That(answer.Payload<GatewayPrompt>()!.Jid, Is.EqualTo(Jid.Parse(jid)));
    }

    [TestCase("bob", "jid-malformed")]
    [TestCase("", "jid-malformed")]
    [TestCase("bob@[192.0.2.1]", "item-not-found")]
    [TestCase("bob@smtp.example", "item-not-found")]
    public void The_dialog_says_what_is_wrong_with_an_address(string entered, string condition)
    {
        var error = Ask(Gateway, new GatewayPrompt(Prompt: entered), "set").Payload<StanzaError>()!;
        Assert.That(error.Condition, Is.EqualTo(condition));
        Assert.That(error.Text, Is.Not.Empty);
    }

    [Test]
    public void What_is_no_contact_is_not_found_and_says_why()
    {
        var error = Ask(Jid.Parse("nonsense@smtp.example"), new Ping()).Payload<StanzaError>()!;
        Assert.That(error.Condition, Is.EqualTo("item-not-found"));
        Assert.That(error.Text, Does.Contain("name%domain@smtp.example"));
    }

    [Test]
    public void Who_is_on_xmpp_is_found_there()
    {
        var error = Ask(Jid.Parse("carol%example.org@smtp.example"), new VCardTemp()).Payload<StanzaError>()!;
        Assert.That((error.Condition, error.Uri), Is.EqualTo(("redirect", "xmpp:carol@example.org")));
    }

    [Test]
    public void Where_they_are_found_is_spelled_as_a_uri()
    {
        var error = Ask(Jid.Parse(@"a\20b%example.org@smtp.example"), new VCardTemp()).Payload<StanzaError>()!;
        Assert.That(error.Uri, Is.EqualTo("xmpp:a%5C20b@example.org"));
    }

    [TestCase("<query xmlns='urn:example:unknown'/>", "service-unavailable", StanzaErrorType.Cancel)]
    [TestCase("", "bad-request", StanzaErrorType.Modify)]
    [TestCase("<ping xmlns='urn:xmpp:ping'/><ping xmlns='urn:xmpp:ping'/>", "bad-request", StanzaErrorType.Modify)]
    public void Other_requests_get_an_error(string children, string condition, StanzaErrorType type)
    {
        foreach (var kind in new[] { "get", "set" })
        {
            foreach (var to in new[] { Gateway, Bob, Bob with { Resource = "x" } })
            {
                var element = XElement.Parse($"<iq xmlns='jabber:client' from='{Alice}' to='{to}' id='q1' type='{kind}'>{children}</iq>");
                var answer = responder.Answer(Stanza.Parse(element)!);
                var error = answer.Payload<StanzaError>()!;
                Assert.That((error.Condition, error.Type), Is.EqualTo((condition, type)));
                Assert.That((answer.From, answer.To, answer.Id, answer.Type), Is.EqualTo((to, Alice, "q1", "error")));
            }
        }
    }

    [TestCase("bogus")]
    [TestCase("")]
    [TestCase(null)]
    public void A_request_of_no_type_that_there_is_gets_an_error_too(string? type)
    {
        var request = Stanza.Iq(Alice, Bob, "q1", "get", new Ping()) with { Type = type };
        Assert.That(request.IsRequest);
        var answer = responder.Answer(request);
        Assert.That((Condition(answer), answer.Type, answer.Id, answer.To), Is.EqualTo(("bad-request", "error", "q1", Alice)));
    }

    [Test]
    public void Nothing_can_be_set_but_the_prompt() =>
        Assert.That(Condition(Ask(Bob, new VCardTemp(), "set")), Is.EqualTo("service-unavailable"));

    private Stanza Ask(Jid to, IPayload payload, string type = "get") =>
        responder.Answer(Stanza.Iq(Alice, to, "q1", type, payload));

    private static string? Condition(Stanza answer) => answer.Payload<StanzaError>()?.Condition;
}
