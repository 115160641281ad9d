using System.Text;
using SmtpTransport.Mail.Authentication.Arc;

namespace SmtpTransport.Tests.Mail.Authentication.Arc;

/// <summary>The public validation suite for RFC 8617, each scenario with its own keys.</summary>
public sealed class ArcCorpusTests
{
    /// <summary>Where we differ from the suite, and why.</summary>
    private static readonly Dictionary<string, (string Result, string Reason)> Otherwise = new()
    {
        ["ams_fields_c_na"] = ("Fail", "signed as relaxed/relaxed without a word; what says nothing is simple/simple (RFC 6376 §3.5 c=)"),
    };

    internal static IEnumerable<ArcCase> Read() => YamlCases.Documents(Corpora.Path("arc/arc-draft-validation-tests.yml")).SelectMany(scenario =>
    {
        var keys = (scenario["txt-records"] as Dictionary<object, object>)?.ToDictionary(key => (string)key.Key, key => (string)key.Value) ?? [];
        return ((Dictionary<object, object>)scenario["tests"]).Select(test => new ArcCase((string)test.Key, (Dictionary<object, object>)test.Value, keys));
    });

    private static IEnumerable<TestCaseData> Cases() => Corpora.ArePresent
        ? Read().Select(test => new TestCaseData(test).SetArgDisplayNames(test.Name))
        : [new TestCaseData(null).SetArgDisplayNames("corpora")];

    [TestCaseSource(nameof(Cases))]
    public async Task Chain_is_judged_as_by_the_public_suite(ArcCase? test)
    {
        if (test is null)
            Assert.Ignore("skipped: no test data");

        var verdict = await new ArcEvaluator(test.Dns()).EvaluateAsync(new MemoryStream(test.Mail), CancellationToken.None);

        Assert.That(verdict.Result.ToString(), Is.EqualTo(test.Result));
        // Words that were sealed without the author's name say nothing of him.
        Assert.That(verdict.Trusted(verdict.Sealers) is not null, Is.EqualTo(test.Result == "Pass" && test.Name != "ams_fields_h_empty"));
    }

    public sealed class ArcCase(string name, Dictionary<object, object> test, IReadOnlyDictionary<string, string> keys)
    {
        public string Name => name;

        public IReadOnlyDictionary<string, string> Keys => keys;

        internal FakeDns Dns()
        {
            var dns = new FakeDns();
            foreach (var (at, record) in keys)
                dns.Txt(at, record);
            return dns;
        }

        public byte[] Mail => Encoding.UTF8.GetBytes(((string)test["message"]).ReplaceLineEndings("\r\n"));

        /// <summary>Empty in the suite where the newest seal itself says that the chain is broken.</summary>
        public string Result => Otherwise.TryGetValue(name, out var other) ? other.Result : ((string)test["cv"]).Trim() is { Length: > 0 } result ? result : "Fail";
    }
}
