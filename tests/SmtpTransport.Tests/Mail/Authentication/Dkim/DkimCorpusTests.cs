using System.Text;
using SmtpTransport.Mail.Authentication;
using SmtpTransport.Mail.Authentication.Dkim;

namespace SmtpTransport.Tests.Mail.Authentication.Dkim;

/// <summary>
/// Signed mails of many origins, most of them older than RFC 8301. They are judged twice: by the demands of their day, which
/// shows that keys, canonicalization and signatures are read rightly, and by ours.
/// </summary>
internal sealed class DkimCorpusTests
{
    public static readonly DkimDemands OfTheirDay = new(MinimumRsaBits: 384, Sha1: true, Drafts: true);

    private const string NoBodyHash = "signed as the first draft had it, without bh=; RFC 6376 §3.5 requires it";
    private const string Granularity = "the key's g= does not fit; RFC 6376 §C.1 took that tag away, and what is unknown is ignored";

    /// <summary>Where we differ from the file's name, and why.</summary>
    private static readonly Dictionary<string, (DkimResult Result, string Reason)> Otherwise = new()
    {
        ["good_ietf00_1.txt"] = (DkimResult.PermError, NoBodyHash),
        ["good_ietf00_2.txt"] = (DkimResult.PermError, NoBodyHash),
        ["good_ietf00_3.txt"] = (DkimResult.PermError, NoBodyHash),
        ["good_ietf00_4.txt"] = (DkimResult.PermError, NoBodyHash),
        ["good_ietf00_5.txt"] = (DkimResult.PermError, NoBodyHash),
        ["badkey_8.txt"] = (DkimResult.Pass, Granularity),
        ["badkey_9.txt"] = (DkimResult.Pass, Granularity),
        ["badkey_12.txt"] = (DkimResult.Pass, Granularity),
        ["badkey_13.txt"] = (DkimResult.Pass, Granularity),
    };

    private readonly TestTime time = new();

    [TestCaseSource(nameof(Mails))]
    public async Task Verdict_is_what_the_name_of_the_file_says(string file)
    {
        var verdicts = await EvaluateAsync(file, OfTheirDay);
        var name = Path.GetFileName(file);

        DkimResult[] expected = Otherwise.TryGetValue(name, out var other) ? [other.Result]
            : name.StartsWith("good", StringComparison.Ordinal) ? [DkimResult.Pass]
            : name.StartsWith("badkey_14", StringComparison.Ordinal) || name.StartsWith("badkey_15", StringComparison.Ordinal) ? [DkimResult.TempError]
            : name.StartsWith("bad", StringComparison.Ordinal) ? [DkimResult.Fail, DkimResult.PermError]
            : [DkimResult.None];
        Assert.That(verdicts, Has.Count.EqualTo(1));
        Assert.That(verdicts[0].Result, Is.AnyOf([.. expected]), verdicts[0].Reason);
    }

    [TestCaseSource(nameof(Mails))]
    public async Task Weak_signature_passes_no_more(string file)
    {
        var verdicts = await EvaluateAsync(file, DkimDemands.Rfc8301);
        var strong = Path.GetFileName(file) == "goodkey_ed25519.txt";

        Assert.That(verdicts.Any(verdict => verdict.Result == DkimResult.Pass), Is.EqualTo(strong), string.Join(", ", verdicts));
    }

    [Test]
    public async Task Both_signatures_of_the_Ed25519_example_pass()
    {
        var verdicts = await EvaluateAsync("dkim/rfc8463-example.msg", DkimDemands.Rfc8301);

        Assert.That(verdicts, Is.EqualTo(new[]
        {
            new DkimVerdict(DkimResult.Pass, "football.example.com", "brisbane"),
            new DkimVerdict(DkimResult.Pass, "football.example.com", "test"),
        }));
    }

    [Test]
    public async Task Mail_of_a_large_provider_passes() =>
        Assert.That((await EvaluateAsync("dkim/gmail.msg", DkimDemands.Rfc8301)).Single().Result, Is.EqualTo(DkimResult.Pass));

    [TestCase("dkim/multiple_1.txt", new[] { DkimResult.Fail, DkimResult.Pass, DkimResult.PermError, DkimResult.Fail })]
    [TestCase("dkim/multiple_2.txt", new[] { DkimResult.None, DkimResult.Pass, DkimResult.Fail, DkimResult.PermError })]
    public async Task Each_of_several_signatures_has_its_own_verdict(string file, DkimResult[] expected) =>
        Assert.That((await EvaluateAsync(file, OfTheirDay)).Select(verdict => verdict.Result), Is.EqualTo(expected));

    [TestCase("mine_ietf*.txt")]
    [TestCase("no_body_*.txt")]
    public async Task Mails_that_their_authors_signed_pass(string pattern)
    {
        foreach (var file in Corpora.Files("dkim", pattern))
            Assert.That((await EvaluateAsync(file, OfTheirDay)).Single().Result, Is.EqualTo(DkimResult.Pass), file);
    }

    [Test]
    public async Task A_line_that_is_no_field_does_not_hide_the_signature() =>
        Assert.That((await EvaluateAsync("dkim/test5.txt", OfTheirDay)).Single(), Is.EqualTo(new DkimVerdict(DkimResult.PermError, "messiah.edu", "selector1", "b= or bh= is missing or no base64")));

    [Test]
    public async Task DomainKeys_is_not_DKIM()
    {
        foreach (var file in Corpora.Files("dkim", "*dk_*.txt"))
            Assert.That(await EvaluateAsync(file, OfTheirDay), Is.Empty, file);
    }

    private async Task<IReadOnlyList<DkimVerdict>> EvaluateAsync(string file, DkimDemands demands)
    {
        var lines = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Corpora.Path(file))).ReplaceLineEndings("\r\n");
        return await new DkimEvaluator(DkimZone.Read(), time, demands).EvaluateAsync(new MemoryStream(Encoding.Latin1.GetBytes(lines)), CancellationToken.None);
    }

    private static IEnumerable<string> Mails() => Corpora.ArePresent
        ? new[] { "good*.txt", "bad*.txt", "ignore*.txt" }.SelectMany(pattern => Corpora.Files("dkim", pattern)).Where(file => !file.Contains("_dk_", StringComparison.Ordinal))
        : ["dkim"];
}
