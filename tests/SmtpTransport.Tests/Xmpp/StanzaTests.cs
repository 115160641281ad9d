using System.Xml.Linq;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Xmpp;

public sealed class StanzaTests
{
    private static readonly Jid Alice = Jid.Parse("alice@example.org/phone");
    private static readonly Jid Bob = Jid.Parse("bob%mail.test@smtp.example");

    [Test]
    public void A_message_reads_back_as_written()
    {
        var message = Stanza.Message(Bob, Alice, "m1", "chat", new Subject("Hello"), null, new Body("Hi & bye"));

        var read = Stanza.Parse(XElement.Parse(message.ToXml().ToString()));

        Assert.That(read, Is.Not.Null);
        Assert.That((read!.Kind, read.From, read.To, read.Id, read.Type), Is.EqualTo((StanzaKind.Message, Bob, Alice, "m1", "chat")));
        Assert.That((read.Subject, read.Body), Is.EqualTo(("Hello", "Hi & bye")));
    }

    [TestCase("<message xmlns='jabber:client' from='a@b' to='c@d'/>", ExpectedResult = true)]
    [TestCase("<message xmlns='jabber:client' from='a@b'/>", ExpectedResult = false)]
    [TestCase("<message xmlns='jabber:client' from='a@@b' to='c@d'/>", ExpectedResult = false)]
    [TestCase("<message xmlns='jabber:server' from='a@b' to='c@d'/>", ExpectedResult = false)]
    [TestCase("<handshake xmlns='jabber:client' from='a@b' to='c@d'/>", ExpectedResult = false)]
    public bool Only_addressed_stanzas_parse(string xml) => Stanza.Parse(XElement.Parse(xml)) is not null;

    [Test]
    public void An_error_reply_swaps_the_addresses_and_keeps_the_id()
    {
        var reply = Stanza.Message(Alice, Bob, "m1", "chat").Error(new StanzaError(StanzaErrorType.Cancel, "item-not-found", "550 No"));

        Assert.That(reply, Is.Not.Null);
        Assert.That((reply!.Kind, reply.From, reply.To, reply.Id, reply.Type), Is.EqualTo((StanzaKind.Message, Bob, Alice, "m1", "error")));
        Assert.That(reply.Payload<StanzaError>(), Is.EqualTo(new StanzaError(StanzaErrorType.Cancel, "item-not-found", "550 No")));
    }

    [Test]
    public void Errors_and_results_are_never_answered_with_an_error()
    {
        var error = new StanzaError(StanzaErrorType.Cancel, "service-unavailable");

        Assert.That(Stanza.Message(Alice, Bob, "m1", "error").Error(error), Is.Null);
        Assert.That(Stanza.Iq(Alice, Bob, "i1", "result", null).Error(error), Is.Null);
        Assert.That(Stanza.Iq(Alice, Bob, "i1", "error", null).Error(error), Is.Null);
        Assert.That(Stanza.Iq(Alice, Bob, "i1", "set", null).Error(error), Is.Not.Null);
    }

    [Test]
    public void A_result_goes_back_to_the_one_who_asked()
    {
        var result = Stanza.Iq(Alice, Bob, "i1", "get", new SoftwareVersion()).Result(new SoftwareVersion("SmtpTransport", "1.0"));

        Assert.That((result.From, result.To, result.Id, result.Type), Is.EqualTo((Bob, Alice, "i1", "result")));
        Assert.That(result.Payload<SoftwareVersion>()?.Name, Is.EqualTo("SmtpTransport"));
    }

    [TestCase("<error xmlns='jabber:client'/>", StanzaErrorType.Cancel, "undefined-condition", null)]
    [TestCase("<error xmlns='jabber:client' type='wait'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
        StanzaErrorType.Wait, "resource-constraint", null)]
    [TestCase("<error xmlns='jabber:client' type='auth'><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>No</text>"
        + "<x xmlns='urn:app'/><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>", StanzaErrorType.Auth, "forbidden", "No")]
    public void Errors_of_any_shape_are_read(string xml, StanzaErrorType type, string condition, string? text) =>
        Assert.That(StanzaError.Parse(XElement.Parse(xml)), Is.EqualTo(new StanzaError(type, condition, text)));

    [Test]
    public void A_redirect_carries_its_address()
    {
        var error = new StanzaError(StanzaErrorType.Modify, "redirect", "Talk to bob") { Uri = "xmpp:bob@example.org" };

        Assert.That(StanzaError.Parse(error.ToXml()), Is.EqualTo(error));
    }
}
