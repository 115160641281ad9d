using System.Net;
using SmtpTransport.Mail.Authentication;
using SmtpTransport.Mail.Authentication.Spf;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Tests.Mail.Authentication;

/// <summary>The public suite for RFC 7208, each case with its own zone.</summary>
public sealed class SpfCorpusTests
{
    private const string File = "spf/rfc7208-tests.yml";

    private static IEnumerable<TestCaseData> Cases()
    {
        if (!Corpora.ArePresent)
            return [new TestCaseData(null).SetArgDisplayNames("corpora")];
        return YamlCases.Documents(Corpora.Path(File)).SelectMany(scenario =>
        {
            var zone = new ZoneDns((Dictionary<object, object>)scenario["zonedata"]);
            return ((Dictionary<object, object>)scenario["tests"]).Select(test =>
                new TestCaseData(new SpfCase((Dictionary<object, object>)test.Value, zone)).SetArgDisplayNames((string)test.Key));
        });
    }

    [TestCaseSource(nameof(Cases))]
    public async Task The_verdict_is_the_one_of_the_public_suite(SpfCase? test)
    {
        if (test is null)
            Assert.Ignore("skipped: no test data");
        var verdict = await new SpfEvaluator(test.Zone, TimeProvider.System).EvaluateAsync(test.Question, CancellationToken.None);

        Assert.That(verdict.Result.ToString().ToLowerInvariant(), Is.AnyOf([.. test.Results]), verdict.Explanation);
        if (test.Explanation is { } words)
            Assert.That(verdict.Explanation ?? "DEFAULT", Is.EqualTo(words));
    }

    public sealed class SpfCase(Dictionary<object, object> test, IDnsResolver zone)
    {
        public IDnsResolver Zone => zone;

        public IReadOnlyList<string> Results => test["result"] is List<object> any ? [.. any.Cast<string>()] : [(string)test["result"]];

        public string? Explanation => (string?)test.GetValueOrDefault("explanation");

        internal SpfQuestion Question
        {
            get
            {
                var (helo, sender) = ((string)test["helo"], (string)test["mailfrom"]);
                var at = sender.LastIndexOf('@');
                return new SpfQuestion(IPAddress.Parse((string)test["host"]), helo, at < 0 ? "" : sender[..at], at < 0 ? helo : sender[(at + 1)..]);
            }
        }
    }
}
