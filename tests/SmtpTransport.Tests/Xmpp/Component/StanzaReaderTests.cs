using System.Text;
using System.Xml.Linq;
using SmtpTransport.Tests.Support;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Tests.Xmpp.Component;

public sealed class StanzaReaderTests
{
    private const string Header = "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' "
        + "xmlns='jabber:component:accept' id='a&amp;b' from='smtp.example'>";

    [TestCase("<message to='a'><body>Hi</body></message>", TestName = "A_stanza_is_read_when_nothing_follows")]
    [TestCase("<handshake/>", TestName = "An_empty_element_is_read_when_nothing_follows")]
    [TestCase(" \n <iq/> ", TestName = "Keepalives_are_overlooked")]
    [TestCase("<message><body>ä€👍 &lt;&#x1F44D;&gt;<![CDATA[ <x> ]]></body></message><presence/>", TestName = "Text_is_read_in_all_its_spellings")]
    [TestCase("<message xml:lang='de'><x xmlns='urn:x' a='1'><y xmlns=''/><message xmlns='jabber:client'/></x></message>",
        TestName = "Foreign_namespaces_are_kept")]
    public async Task Read(string xml)
    {
        var expected = XElement.Parse($"<stream xmlns='jabber:client'>{xml}</stream>");
        foreach (var chunk in new[] { 1, 2, 3, 7, 100_000 })
        {
            using var reader = Reader(Header + xml, chunk);
            Assert.That(await reader.ReadHeaderAsync(), Is.EqualTo("a&b"));
            foreach (var element in expected.Elements())
            {
                var read = await reader.ReadAsync().WaitAsync(FakeConnection.Patience);
                Assert.That(read, Is.EqualTo(element).Using<XElement>(Same), $"in chunks of {chunk}");
            }
        }
    }

    [Test]
    public async Task A_transcript_reads_the_same_split_at_every_octet()
    {
        const string stanzas = "<message id='m1'><body>ä &amp; 👍</body></message> <iq id='i1'/><presence><status>x</status></presence>";
        var bytes = Encoding.UTF8.GetBytes(Header + stanzas);
        for (var split = 1; split < bytes.Length; split++)
        {
            var (near, far) = DuplexStream.CreatePair();
            using var reader = new StanzaReader(near, CancellationToken.None);
            await far.WriteAsync(bytes.AsMemory(0, split));
            var reading = ReadThree(reader);
            await far.WriteAsync(bytes.AsMemory(split));
            Assert.That(await reading.WaitAsync(FakeConnection.Patience), Is.EqualTo("message:ä & 👍 iq: presence:x"), $"split at {split}");
        }

        static async Task<string> ReadThree(StanzaReader reader)
        {
            await reader.ReadHeaderAsync();
            var read = new List<string>();
            while (read.Count < 3)
            {
                var element = (await reader.ReadAsync())!;
                read.Add($"{element.Name.LocalName}:{element.Value}");
            }
            return string.Join(' ', read);
        }
    }

    [TestCase("<!-- hello --><iq/>", "restricted-xml")]
    [TestCase("<iq><!-- hello --></iq>", "restricted-xml")]
    [TestCase("<?php ?><iq/>", "restricted-xml")]
    [TestCase("hello<iq/>", "restricted-xml")]
    [TestCase("<!DOCTYPE x><iq/>", "restricted-xml")]
    [TestCase("<iq><!DOCTYPE x></iq>", "restricted-xml")]
    [TestCase("<iq>&nbsp;</iq>", "restricted-xml")]
    [TestCase("<iq x='&nbsp;'/>", "restricted-xml")]
    [TestCase("<iq>\u0001</iq>", "not-well-formed")]
    [TestCase("<iq>&#1;</iq>", "not-well-formed")]
    [TestCase("<iq></message>", "not-well-formed")]
    [TestCase("<a:iq/>", "not-well-formed")]
    [TestCase("<iq", "connection-closed")]
    [TestCase("<iq>", "connection-closed")]
    [TestCase("", "connection-closed")]
    public async Task What_may_not_be_in_a_stream_ends_it(string xml, string condition)
    {
        using var reader = Reader(Header + xml, 5, ends: true);
        await reader.ReadHeaderAsync();

        var fault = Assert.ThrowsAsync<XmppStreamException>(reader.ReadAsync);
        Assert.That(fault!.Condition, Is.EqualTo(condition), fault.Message);
    }

    [TestCase("<!DOCTYPE x [<!ENTITY a 'b'>]>" + Header, "restricted-xml")]
    [TestCase("<stream xmlns='jabber:component:accept'>", "invalid-namespace")]
    [TestCase("<!-- hello -->" + Header, "restricted-xml")]
    [TestCase("SSH-2.0-OpenSSH_9.2\r\n", "not-well-formed")]
    [TestCase("", "connection-closed")]
    public void What_is_no_stream_is_refused_at_its_header(string xml, string condition)
    {
        using var reader = Reader(xml, 5, ends: true);

        var fault = Assert.ThrowsAsync<XmppStreamException>(reader.ReadHeaderAsync);
        Assert.That(fault!.Condition, Is.EqualTo(condition), fault.Message);
    }

    [Test]
    public async Task The_end_of_the_stream_is_no_element()
    {
        using var reader = Reader(Header + "</stream:stream>", 5);
        await reader.ReadHeaderAsync();

        Assert.That(await reader.ReadAsync(), Is.Null);
    }

    [Test]
    public async Task Depth_is_bounded()
    {
        string Nested(int depth) => string.Concat(Enumerable.Repeat("<x>", depth)) + string.Concat(Enumerable.Repeat("</x>", depth));
        using var reader = Reader(Header + Nested(StanzaReader.MaxDepth) + Nested(StanzaReader.MaxDepth + 1), 1000);
        await reader.ReadHeaderAsync();

        await reader.ReadAsync();
        Assert.That(Assert.ThrowsAsync<XmppStreamException>(reader.ReadAsync)!.Condition, Is.EqualTo("policy-violation"));
    }

    [Test]
    public async Task A_stanza_is_bounded_and_the_stream_is_not()
    {
        var half = $"<iq>{new string('x', StanzaReader.MaxStanzaOctets / 2)}</iq>";
        using var reader = Reader(Header + half + half + half + half + $"<iq>{new string('x', StanzaReader.MaxOverlookedOctets + (64 * 1024))}</iq>", 4096);
        await reader.ReadHeaderAsync();

        for (var i = 0; i < 4; i++)
            Assert.That((await reader.ReadAsync())!.Value, Has.Length.EqualTo(StanzaReader.MaxStanzaOctets / 2));
        Assert.That(Assert.ThrowsAsync<XmppStreamException>(reader.ReadAsync)!.Condition, Is.EqualTo("policy-violation"));
    }

    [TestCase("<body>{0}</body>")]
    [TestCase("<body>short</body><html xmlns='urn:x'><p>{0}</p></html>")]
    [TestCase("<x y='{0}'/><body>short</body>")]
    [TestCase("<body><![CDATA[{0}]]></body>")]
    public async Task Of_a_stanza_that_is_too_long_only_who_it_is_from_is_read(string content)
    {
        var text = string.Format(System.Globalization.CultureInfo.InvariantCulture, content, new string('x', 2 * StanzaReader.MaxStanzaOctets));
        using var reader = Reader(
            $"{Header}<message id='1' from='alice@example.org' to='smtp.example'>{text}</message><message id='2' from='alice@example.org' to='smtp.example'><body>next</body></message>", 4096);
        await reader.ReadHeaderAsync();

        var cut = Stanza.Parse((await reader.ReadAsync())!)!;
        Assert.That((cut.Id, cut.From.ToString(), cut.IsOversized, cut.Element.HasElements), Is.EqualTo(("1", "alice@example.org", true, false)));
        var next = Stanza.Parse((await reader.ReadAsync())!)!;
        Assert.That((next.Id, next.Body, next.IsOversized), Is.EqualTo(("2", "next", false)));
    }

    [Test]
    public async Task A_stanza_of_many_small_parts_is_bounded_too()
    {
        var parts = string.Concat(Enumerable.Repeat("<a>b</a>", StanzaReader.MaxStanzaOctets / 4));
        using var reader = Reader($"{Header}<message id='1' from='alice@example.org' to='smtp.example'>{parts}</message><presence/>", 4096);
        await reader.ReadHeaderAsync();

        Assert.That(Stanza.Parse((await reader.ReadAsync())!)!.IsOversized);
        Assert.That((await reader.ReadAsync())!.Name.LocalName, Is.EqualTo("presence"));
    }

    [Test]
    public async Task Beyond_the_bound_on_names_new_ones_are_overlooked()
    {
        var names = new StreamNames(limit: 5, perSender: 100);
        var stream = Reader(Header + "<message id='1'><a/><b/><c><d>no</d></c></message><message id='2' x='1'><a><c>no</c>yes</a></message>", 100, names: names);
        await stream.ReadHeaderAsync();

        Assert.That((await stream.ReadAsync())!.Elements().Select(child => child.Name.LocalName), Is.EqualTo(new[] { "a", "b", "c" }));
        var second = (await stream.ReadAsync())!;
        Assert.That(second.Attribute("x"), Is.Null);
        Assert.That(second.Value, Is.EqualTo("noyes"), "of names that are known");
    }

    [Test]
    public async Task Who_brings_too_many_names_makes_us_deaf_to_nobody_else()
    {
        var flood = string.Concat(Enumerable.Range(0, 5000).Select(i => $"<n{i} a{i}='x'/>"));
        var stream = Reader(
            $"{Header}<message from='eve@example.org/1'>{flood}</message><message from='eve@example.org/2'><new/></message>"
            + "<message from='alice@example.org'><body>Hi</body><fresh xmlns='urn:x' y='z'/></message>",
            4096,
            names: new StreamNames(limit: 5000, perSender: 100));
        await stream.ReadHeaderAsync();

        Assert.That((await stream.ReadAsync())!.Elements().Count(), Is.LessThan(100));
        Assert.That((await stream.ReadAsync())!.HasElements, Is.False);
        var other = (await stream.ReadAsync())!;
        Assert.That((other.Elements().Select(child => child.Name.LocalName), (string?)other.Element(XName.Get("fresh", "urn:x"))?.Attribute("y")), Is.EqualTo((new[] { "body", "fresh" }, "z")));
    }

    [Test]
    public async Task Names_that_users_make_up_are_forgotten_and_the_stream_goes_on()
    {
        var text = new StringBuilder(Header);
        for (var i = 0; i < 20 * StanzaReader.MaxNames; i++)
            text.Append(i % 1000 == 0 ? "<iq x:a='1' xmlns:x='urn:x'>" : "").Append("<n").Append(i).Append(" xmlns:p='urn:p'><p:n").Append(i).Append("/></n").Append(i).Append('>').Append(i % 1000 == 999 ? "</iq>" : "");
        using var reader = Reader(text + "<message from='alice@example.org' xml:lang='en'><body>last</body></message></stream:stream>", 100_000, names: new StreamNames(1000, 100));
        await reader.ReadHeaderAsync();

        var (last, most) = ((XElement?)null, 0);
        while (await reader.ReadAsync() is { } element)
            (last, most) = (element, Math.Max(most, reader.Names));
        Assert.That(most, Is.InRange(StanzaReader.MaxNames, 2 * StanzaReader.MaxNames));
        Assert.That(((string?)last!.Attribute(XNamespace.Xml + "lang"), last.Name, last.Value), Is.EqualTo(("en", Stanza.Namespace + "message", "last")));
    }

    [Test]
    public void The_names_of_the_reader_itself_are_kept()
    {
        var names = new StreamNameTable();
        var own = names.Add("xmlns");
        names.EndOfHeader();
        var user = names.Add("made-up");
        Assert.That((names.Passing, names.Add("made-up"), names.Get("xmlns")), Is.EqualTo((1, user, own)));

        names.Forget();

        Assert.That(names.Add("xmlns"), Is.SameAs(own));
        Assert.That((names.Passing, names.Get("made-up")), Is.EqualTo((0, (string?)null)));
    }

    private static StanzaReader Reader(string xml, int chunk, bool ends = false, StreamNames? names = null) =>
        new(new TrickleStream(Encoding.UTF8.GetBytes(xml), chunk, ends), CancellationToken.None, names);

    private static bool Same(XElement a, XElement b) =>
        a.Name == b.Name
        && a.Attributes().Where(x => !x.IsNamespaceDeclaration).Select(x => (x.Name, x.Value))
            .SequenceEqual(b.Attributes().Where(x => !x.IsNamespaceDeclaration).Select(x => (x.Name, x.Value)))
        && string.Concat(a.Nodes().OfType<XText>().Select(text => text.Value)) == string.Concat(b.Nodes().OfType<XText>().Select(text => text.Value))
        && a.Elements().Count() == b.Elements().Count()
        && a.Elements().Zip(b.Elements()).All(pair => Same(pair.First, pair.Second));
}
