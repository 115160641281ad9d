using System.Xml.Linq;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class The_gateway_introduces_itself(ServerKind server) : Scenario(server)
{
    [Test]
    public async Task As_a_gateway_to_mail_with_contacts_that_are_accounts()
    {
        await StartGatewayAsync();
        var alice = await NewClientAsync();

        var gateway = await alice.QueryAsync(Domain, new XElement(Names.DiscoInfo + "query"));
        var contact = await alice.QueryAsync(Contact("bob@mail.test"), new XElement(Names.DiscoInfo + "query"));
        var items = await alice.QueryAsync(Domain, new XElement(Names.DiscoItems + "query"));

        Assert.Multiple(() =>
        {
            Assert.That(Identities(gateway), Does.Contain(("gateway", "smtp")));
            Assert.That(Features(gateway), Is.SupersetOf(new[] { Names.DiscoInfo.NamespaceName, Names.Ping.NamespaceName, Names.GatewayPrompt.NamespaceName, Names.VCard.NamespaceName }));
            Assert.That(Features(gateway), Does.Contain(@"jid\20escaping"));
            Assert.That(Identities(contact), Does.Contain(("account", "registered")));
            Assert.That((string?)items.Attribute("type"), Is.EqualTo("result"));
        });
    }

    [Test]
    public async Task It_answers_ping_version_and_vcard()
    {
        await StartGatewayAsync();
        var alice = await NewClientAsync();

        var ping = await alice.QueryAsync(Domain, new XElement(Names.Ping + "ping"));
        var version = await alice.QueryAsync(Domain, new XElement(Names.Version + "query"));
        var own = await alice.QueryAsync(Domain, new XElement(Names.VCard + "vCard"));
        var contact = await alice.QueryAsync(Contact("bob@mail.test"), new XElement(Names.VCard + "vCard"));

        Assert.Multiple(() =>
        {
            Assert.That((string?)ping.Attribute("type"), Is.EqualTo("result"));
            Assert.That(version.Element(Names.Version + "query")?.Element(Names.Version + "name")?.Value, Is.EqualTo("SmtpTransport"));
            Assert.That((string?)own.Attribute("type"), Is.EqualTo("result"));
            Assert.That(contact.Descendants(Names.VCard + "USERID").Select(element => element.Value), Does.Contain("bob@mail.test"));
        });
    }

    [Test]
    public async Task It_turns_an_address_into_a_contact()
    {
        await StartGatewayAsync();
        var alice = await NewClientAsync();

        var prompt = await alice.QueryAsync(Domain, new XElement(Names.GatewayPrompt + "query"));
        var answer = await alice.QueryAsync(Domain, new XElement(Names.GatewayPrompt + "query", new XElement(Names.GatewayPrompt + "prompt", "bob@mail.test")), "set");
        var refusal = await alice.QueryAsync(Domain, new XElement(Names.GatewayPrompt + "query", new XElement(Names.GatewayPrompt + "prompt", "no address")), "set");

        Assert.Multiple(() =>
        {
            Assert.That(prompt.Descendants(Names.GatewayPrompt + "prompt"), Is.Not.Empty);
            Assert.That(answer.Descendants(Names.GatewayPrompt + "jid").Single().Value, Is.EqualTo(Contact("bob@mail.test")));
            Assert.That((string?)refusal.Attribute("type"), Is.EqualTo("error"));
        });
    }

    [Test]
    public async Task What_it_does_not_know_gets_exactly_one_answer()
    {
        await StartGatewayAsync();
        var alice = await NewClientAsync();

        var answer = await alice.QueryAsync(Domain, new XElement(XName.Get("query", "urn:example:unknown")));
        await alice.QueryAsync(Domain, new XElement(Names.Ping + "ping"));

        Assert.That(Text.Error(answer).Condition, Is.EqualTo("service-unavailable"));
        Assert.That(alice.Received.All.Count(stanza => (string?)stanza.Attribute("id") == (string?)answer.Attribute("id")), Is.EqualTo(1));
    }

    /// <summary>Both servers let a client send it; no answer could carry it.</summary>
    [Test]
    public async Task An_endless_id_keeps_nobody_from_an_answer()
    {
        await StartGatewayAsync();
        var alice = await NewClientAsync();

        alice.Send(new XElement(
            "iq", new XAttribute("to", Domain), new XAttribute("type", "get"), new XAttribute("id", new string('x', 220_000)), new XElement(Names.Ping + "ping")));
        alice.Send(new XElement("message", new XAttribute("to", Contact("bob@mail.test")), new XElement("body", "no id at all")));
        var ping = await alice.QueryAsync(Domain, new XElement(Names.Ping + "ping"));

        Assert.That((string?)ping.Attribute("type"), Is.EqualTo("result"));
        await Sink.MailAsync("no id at all");
    }

    private static IEnumerable<(string?, string?)> Identities(XElement answer) =>
        answer.Descendants(Names.DiscoInfo + "identity").Select(identity => ((string?)identity.Attribute("category"), (string?)identity.Attribute("type")));

    private static IEnumerable<string?> Features(XElement answer) => answer.Descendants(Names.DiscoInfo + "feature").Select(feature => (string?)feature.Attribute("var"));
}
