using SmtpTransport.Mail.Authentication;

namespace SmtpTransport.Tests.Mail.Authentication.Spf;

/// <summary>The public suite for RFC 7208, each case with its own zone.</summary>
public sealed class SpfCorpusTests
{
    private const string File = "spf/rfc7208-tests.yml";

    internal static IEnumerable<SpfCase> Read() => YamlCases.Documents(Corpora.Path(File)).SelectMany(scenario =>
        ((Dictionary<object, object>)scenario["tests"]).Select(test =>
            new SpfCase((string)test.Key, (Dictionary<object, object>)test.Value, (Dictionary<object, object>)scenario["zonedata"])));

    private static IEnumerable<TestCaseData> Cases() => Corpora.ArePresent
        ? Read().Select(test => new TestCaseData(test).SetArgDisplayNames(test.Name))
        : [new TestCaseData(null).SetArgDisplayNames("corpora")];

    [TestCaseSource(nameof(Cases))]
    public async Task The_verdict_is_the_one_of_the_public_suite(SpfCase? test)
    {
        if (test is null)
            Assert.Ignore("skipped: no test data");
        var verdict = await test.EvaluateAsync();

        Assert.That(verdict.Result.ToString().ToLowerInvariant(), Is.AnyOf([.. test.Results]), verdict.Explanation);
        if (test.Explanation is { } words)
            Assert.That(verdict.Explanation ?? "DEFAULT", Is.EqualTo(words));
    }

    public sealed class SpfCase(string name, Dictionary<object, object> test, Dictionary<object, object> zone)
    {
        public string Name => name;

        internal SpfOpinion.Question Asked => new((string)test["host"], (string)test["mailfrom"], (string)test["helo"], zone);

        public IReadOnlyList<string> Results => test["result"] is List<object> any ? [.. any.Cast<string>()] : [(string)test["result"]];

        public string? Explanation => (string?)test.GetValueOrDefault("explanation");

        internal Task<SpfVerdict> EvaluateAsync() => Asked.EvaluateAsync();
    }
}
