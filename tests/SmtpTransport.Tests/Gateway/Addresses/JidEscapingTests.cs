using CsCheck;
using SmtpTransport.Gateway.Addresses;

namespace SmtpTransport.Tests.Gateway.Addresses;

public sealed class JidEscapingTests
{
    // XEP-0106 §5
    [TestCase("space cadet", @"space\20cadet")]
    [TestCase("call me \"ishmael\"", @"call\20me\20\22ishmael\22")]
    [TestCase("at&t guy", @"at\26t\20guy")]
    [TestCase("d'artagnan", @"d\27artagnan")]
    [TestCase("/.fanboy", @"\2f.fanboy")]
    [TestCase("::foo::", @"\3a\3afoo\3a\3a")]
    [TestCase("<foo>", @"\3cfoo\3e")]
    [TestCase("user@host", @"user\40host")]
    [TestCase(@"c:\net", @"c\3a\net")]
    [TestCase(@"c:\5commas", @"c\3a\5c5commas")]
    [TestCase(@"c:\\5commas", @"c\3a\\5c5commas")]
    [TestCase(@"\2plus\2is\4", @"\2plus\2is\4")]
    [TestCase(@"foo\bar", @"foo\bar")]
    [TestCase(@"foob\41r", @"foob\41r")]
    [TestCase(@"a\2Fb", @"a\2Fb")]
    [TestCase(@"\40", @"\5c40")]
    [TestCase(@"\", @"\")]
    [TestCase("", "")]
    public void Escaping_and_back(string plain, string escaped)
    {
        Assert.That(JidEscaping.Escape(plain), Is.EqualTo(escaped));
        Assert.That(JidEscaping.Unescape(escaped), Is.EqualTo(plain));
    }

    [Test]
    public void Tables_of_the_specification()
    {
        var rows = File.ReadAllLines(Corpora.Path("xmpp/xep0106-tables.tsv"))
            .Select(line => line.Split('\t')).Where(row => row.Length == 4 && row[0] != "#").ToArray();
        Assert.That(rows, Has.Length.GreaterThan(10));
        foreach (var row in rows)
        {
            var (plain, escaped) = (Local(row[1]), Local(row[2]));
            Assert.That(JidEscaping.Escape(plain), Is.EqualTo(escaped));
            Assert.That(JidEscaping.Unescape(escaped), Is.EqualTo(plain));
        }
    }

    [Test]
    public void One_pass_there_and_back_changes_nothing() =>
        AddressGen.Hostile.Sample(text => JidEscaping.Unescape(JidEscaping.Escape(text)) == text);

    // The table came out of HTML, its spaces are hard ones.
    private static string Local(string jid) => jid[..jid.LastIndexOf('@')].Replace('\u00a0', ' ');
}
