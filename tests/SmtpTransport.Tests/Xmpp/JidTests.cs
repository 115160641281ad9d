using System.Text.RegularExpressions;
using SmtpTransport.Tests.Support;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Xmpp;

public sealed partial class JidTests
{
    /// <summary>
    /// Where the corpus follows RFC 7622 (PRECIS) and the servers follow stringprep: what a server does with an address is
    /// what the address means, so there we go with the servers.
    /// </summary>
    private static readonly Dictionary<string, Jid> AsTheServersDo = new()
    {
        // Full case folding (RFC 3454 table B.2): both servers deliver this to fussball@.
        ["fußball@example.com"] = new("fussball", "example.com", ""),
        // NFKC: both servers read the Roman numeral as two letters.
        ["henryⅣ@example.com"] = new("henryiv", "example.com", ""),
        // Symbols are no letters for PRECIS; nodeprep does not ask.
        ["♚@example.com"] = new("♚", "example.com", ""),
    };

    [TestCase("alice@example.org", "alice", "example.org", "")]
    [TestCase("Alice@Example.ORG/Phone", "alice", "example.org", "Phone")]
    [TestCase("example.org.", "", "example.org", "")]
    [TestCase("example.org/a@b/c", "", "example.org", "a@b/c")]
    [TestCase("bob%mail.test@smtp.example", "bob%mail.test", "smtp.example", "")]
    [TestCase(@"Bob\40mail.test@smtp.example", @"bob\40mail.test", "smtp.example", "")]
    [TestCase("x%[192.0.2.1]@smtp.example", "x%[192.0.2.1]", "smtp.example", "")]
    [TestCase("user@[2001:db8::1]", "user", "[2001:db8::1]", "")]
    [TestCase("user@192.0.2.1", "user", "192.0.2.1", "")]
    [TestCase("ΣΊΣΥΦΟΣ@παράδειγμα.δοκιμή", "σίσυφοσ", "παράδειγμα.δοκιμή", "")]
    [TestCase("i@BÜCHER.example", "i", "bücher.example", "")]
    [TestCase("i@xn--bcher-kva.example", "i", "bücher.example", "")]
    [TestCase("i@XN--BCHER-KVA.example", "i", "bücher.example", "")]
    [TestCase("i@xn--strae-oqa.de", "i", "xn--strae-oqa.de", "")]
    [TestCase("i@xn--4dbrk0ce.example", "i", "xn--4dbrk0ce.example", "")]
    [TestCase("i@ישראל", "i", "ישראל", "")]
    [TestCase("i@例え。テスト", "i", "例え.テスト", "")]
    [TestCase("ＡＢＣ@example.org", "abc", "example.org", "")]
    [TestCase("a\u00ADb@example.org/r\u00A0s", "ab", "example.org", "r s")]
    [TestCase("ᾼ@example.org", "αι", "example.org", "")]
    [TestCase("שלום@example.org", "שלום", "example.org", "")]
    public void Valid_addresses_are_normalised(string text, string local, string domain, string resource)
    {
        Assert.That(Jid.TryParse(text, out var jid), Is.True);
        Assert.That(jid, Is.EqualTo(new Jid(local, domain, resource)));
        Assert.That(Jid.Parse(jid.ToString()), Is.EqualTo(jid), "normalising is stable");
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("@example.org")]
    [TestCase("alice@")]
    [TestCase("alice@example.org/")]
    [TestCase("a@b@example.org")]
    [TestCase("a b@example.org")]
    [TestCase("a\u00A0b@example.org")]
    [TestCase("a:b@example.org")]
    [TestCase("a\tb@example.org")]
    [TestCase("a＠b@example.org", Description = "a full-width @ becomes one")]
    [TestCase("alice@exa mple.org")]
    [TestCase("alice@example..org")]
    [TestCase("alice@.org")]
    [TestCase("alice@.")]
    [TestCase("alice@[192.0.2.1]")]
    [TestCase("alice@[::1")]
    [TestCase("a\uFFFEb@example.org")]
    [TestCase("a\u202Eb@example.org")]
    [TestCase("\u00AD@example.org", Description = "nothing is left of it")]
    [TestCase("שלום%mail.test@smtp.example", Description = "both directions in one part (RFC 3454 §6)")]
    [TestCase("i@ישראל.example", Description = "likewise")]
    [TestCase("alice@example.org/a\nb")]
    public void Other_texts_are_refused(string? text) => Assert.That(Jid.TryParse(text, out _), Is.False);

    [Test]
    public void A_lone_surrogate_is_no_character() => Assert.That(Jid.TryParse("a\uD800b@example.org", out _), Is.False);

    [Test]
    public void Each_part_holds_up_to_1023_octets([Values("{0}@x", "x@{0}", "x@x/{0}")] string form, [Values("a", "é")] string letter)
    {
        var letters = 1023 / System.Text.Encoding.UTF8.GetByteCount(letter);
        string With(int count) => string.Format(null, form, string.Concat(Enumerable.Repeat(letter, count)));

        Assert.That(Jid.TryParse(With(letters), out _), Is.True);
        Assert.That(Jid.TryParse(With(letters + 1), out _), Is.False);
    }

    [Test]
    public void Valid_addresses_of_the_corpus_are_understood()
    {
        var entries = ValidEntry().Matches(File.ReadAllText(Corpora.Path("xmpp/jids-valid.txt")));
        Assert.That(entries, Has.Count.GreaterThan(20));
        foreach (Match entry in entries)
        {
            var text = entry.Groups["text"].Value;
            var expected = AsTheServersDo.GetValueOrDefault(
                text, new Jid(entry.Groups["local"].Value, entry.Groups["domain"].Value, entry.Groups["resource"].Value));
            Assert.That(Jid.TryParse(text, out var jid), Is.True, text);
            Assert.That(jid, Is.EqualTo(expected), text);
        }
    }

    [Test]
    public void Invalid_addresses_of_the_corpus_are_refused()
    {
        var entries = InvalidEntry().Matches(File.ReadAllText(Corpora.Path("xmpp/jids-invalid.txt")));
        Assert.That(entries, Has.Count.GreaterThan(20));
        foreach (Match entry in entries)
        {
            var text = entry.Groups["text"].Value;
            if (AsTheServersDo.TryGetValue(text, out var expected))
                Assert.That(Jid.Parse(text), Is.EqualTo(expected));
            else
                Assert.That(Jid.TryParse(text, out _), Is.False, text);
        }
    }

    [GeneratedRegex("^jid:\n(?<text>.*)\u001E\n(?<local>.*)\u001F(?<domain>.*)\u001F(?<resource>.*)\u001E$", RegexOptions.Multiline)]
    private static partial Regex ValidEntry();

    [GeneratedRegex("^invalid jid:\n(?<text>[^\u001E]*)\u001E$", RegexOptions.Multiline)]
    private static partial Regex InvalidEntry();
}
