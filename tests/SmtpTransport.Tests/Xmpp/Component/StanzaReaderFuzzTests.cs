using System.Diagnostics;
using System.Globalization;
using System.Text;
using SmtpTransport.Tests.Support;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Tests.Xmpp.Component;

/// <summary>Mutations of real traffic, from a seed that a failure names. SMTPTRANSPORT_FUZZ_SECONDS makes it longer.</summary>
public sealed class StanzaReaderFuzzTests
{
    private const string Traffic = """
        <?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:component:accept' id='a&amp;b'>
        <handshake/>
        <message from='example.org' to='smtp.example'><privilege xmlns='urn:xmpp:privilege:2'><perm access='roster' type='get'/></privilege></message>
        <message xml:lang='en' to='bob%mail.test@smtp.example' from='alice@example.org/phone' type='chat' id='m1'><body>Hi ä€👍 &lt;&#x41;</body>
        <request xmlns='urn:xmpp:receipts'/><fallback xmlns='urn:xmpp:fallback:0' for='x'><body start='0' end='3'/></fallback></message>
        <iq id='p' type='result' from='example.org' to='smtp.example'/><presence from='a@b/c' to='d@e'><show>away</show><![CDATA[x]]></presence>
        <message type='error' from='a@b' to='c@d' id='e'><error type='wait'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>xmpp:x@y</gone></error></message>
        <stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>
        """;

    private static readonly string[] Snippets =
    [
        "<", ">", "/>", "</", "&", "&#0;", "&amp;", "'", "\"", "<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", "<!DOCTYPE x>", "xmlns='", "xmlns:a='b' ",
        "\0", "\uFFFE", "<a:b/>", "<x>", "</x>", "xml:lang=''", "<message>", "</message>", "</stream:stream>", " ", "\r\n", "jabber:client", "👍",
    ];

    [Test]
    public async Task No_input_makes_the_reader_hang_or_throw_anything_but_its_own_exception()
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable("SMTPTRANSPORT_FUZZ_SECONDS") ?? "2", CultureInfo.InvariantCulture);
        var clock = Stopwatch.StartNew();
        var names = new StreamNames(1000, 1000);
        var (runs, read, refused) = (0, 0, 0);
        for (var seed = 1; clock.Elapsed.TotalSeconds < seconds; seed++)
        {
            var (count, isRefused) = await ReadAsync(seed, names);
            read += count;
            refused += isRefused ? 1 : 0;
            runs++;
        }
        TestContext.Out.WriteLine($"{runs} streams");
        Assert.That((read, refused), Is.GreaterThan((runs / 10, runs / 10)), $"{runs} runs are of both kinds");
    }

    [TestCase(730296, Description = "A broken declaration that XmlReader itself trips over")]
    public async Task Nor_does_what_a_long_run_has_found(int seed) => Assert.That((await ReadAsync(seed, new StreamNames(1000, 1000))).IsRefused, Is.True);

    /// <returns>How many stanzas were read, and whether the reader ended the stream.</returns>
    private static async Task<(int Read, bool IsRefused)> ReadAsync(int seed, StreamNames names)
    {
        var random = new Random(seed);
        var input = Mutate(Encoding.UTF8.GetBytes(Traffic), random);
        using var reader = new StanzaReader(new TrickleStream(input, 1 + random.Next(200), ends: true), CancellationToken.None, names);
        var read = 0;
        try
        {
            await reader.ReadHeaderAsync().WaitAsync(FakeConnection.Patience);
            while (await reader.ReadAsync().WaitAsync(FakeConnection.Patience) is { } element)
            {
                read++;
                if (Stanza.Parse(element) is { } stanza)
                    _ = (stanza.Body, stanza.Payload<StanzaError>(), stanza.ToXml());
            }
        }
        catch (XmppStreamException)
        {
            return (read, true);
        }
        catch (Exception fault)
        {
            Assert.Fail($"seed {seed}: {fault}");
        }

        return (read, false);
    }

    private static byte[] Mutate(byte[] traffic, Random random)
    {
        var bytes = traffic.ToList();
        for (var mutations = random.Next(1, 6); mutations > 0; mutations--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 30), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Snippets[random.Next(Snippets.Length)]));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count / 2), random.Next(bytes.Count / 2)));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
            if (bytes.Count == 0)
                bytes.Add((byte)'<');
        }
        return [.. bytes];
    }
}
