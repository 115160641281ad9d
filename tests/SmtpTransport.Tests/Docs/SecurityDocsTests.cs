using System.Text.RegularExpressions;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Docs;

internal sealed partial class SecurityDocsTests
{
    [Test]
    public void Every_test_that_the_threat_table_names_exists()
    {
        var existing = Repository.Sources("tests").Select(Path.GetFileNameWithoutExtension).ToHashSet();
        var named =
            from row in Repository.TableRows("docs/security.md")
            where row.Length == 3
            from Match test in CodeWord().Matches(row[2])
            select test.Groups[1].Value;

        Assert.That(named.Where(test => !existing.Contains(test)), Is.Empty);
        Assert.That(named.Count(), Is.GreaterThan(15));
    }

    [GeneratedRegex(@"`(\w+)`")]
    private static partial Regex CodeWord();
}
