using System.Xml.Linq;
using SmtpTransport.Mail;

namespace SmtpTransport.Tests.Mail;

/// <summary>The isemail test set: VALID and DEPREC parse, ERR is refused, but for what is header syntax only.</summary>
public sealed class EmailAddressCorpusTests
{
    /// <summary>Diagnoses that we refuse although a header may hold such an address, and why.</summary>
    private static readonly Dictionary<string, string> RefusedOnPurpose = new()
    {
        ["DEPREC_CFWS_NEAR_AT"] = "comments and white space are header syntax, SMTP has none (RFC 5321 §4.1.2)",
        ["DEPREC_FWS"] = "folding is header syntax",
        ["DEPREC_COMMENT"] = "comments are header syntax",
        ["DEPREC_CTEXT"] = "comments are header syntax",
        ["DEPREC_QTEXT"] = "control characters reach neither SMTP nor XML (RFC 5321 §4.1.2 qtextSMTP)",
        ["DEPREC_QP"] = "control characters reach neither SMTP nor XML (RFC 5321 §4.1.2 quoted-pairSMTP)",
    };

    [Test]
    public void Valid_and_deprecated_addresses_parse_and_wrong_ones_are_refused()
    {
        var wrong = new List<string>();
        var (agreed, onPurpose) = (0, 0);
        foreach (var test in XDocument.Load(Corpora.Path("address/isemail-tests.xml")).Descendants("test"))
        {
            var diagnosis = test.Element("diagnosis")!.Value.Replace("ISEMAIL_", "", StringComparison.Ordinal);
            bool? expected = test.Element("category")!.Value switch
            {
                "ISEMAIL_VALID_CATEGORY" or "ISEMAIL_DEPREC" => true,
                "ISEMAIL_ERR" => false,
                _ => null,
            };
            if (expected is null)
                continue;
            var text = Decode(test.Element("address")!.Value);
            if (EmailAddress.TryParse(text, out _) == expected)
                agreed++;
            else if (RefusedOnPurpose.ContainsKey(diagnosis))
                onPurpose++;
            else
                wrong.Add($"{test.Attribute("id")!.Value} {diagnosis} {text}");
        }
        TestContext.Out.WriteLine($"isemail: {agreed} agree, {onPurpose} refused on purpose, {wrong.Count} wrong");
        Assert.That(wrong, Is.Empty);
        Assert.That(agreed, Is.GreaterThan(80));
    }

    [TestCase("ISEMAIL_CFWS", false)]
    [TestCase("ISEMAIL_DNSWARN", true)]
    public void Comments_are_no_part_of_an_address_and_DNS_is_asked_later(string category, bool expected)
    {
        var texts = XDocument.Load(Corpora.Path("address/isemail-tests.xml")).Descendants("test")
            .Where(test => test.Element("category")!.Value == category)
            .Select(test => Decode(test.Element("address")!.Value));
        Assert.That(texts.Select(text => EmailAddress.TryParse(text, out _)), Is.All.EqualTo(expected));
    }

    /// <summary>The set writes control characters as their pictures, U+2400 and on.</summary>
    private static string Decode(string text) =>
        string.Concat(text.Select(c => c is >= '\u2400' and <= '\u241f' ? (char)(c - 0x2400) : c));
}
