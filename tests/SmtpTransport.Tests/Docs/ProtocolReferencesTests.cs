using System.Text.RegularExpressions;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Docs;

internal sealed partial class ProtocolReferencesTests
{
    [Test]
    public void Every_standard_that_the_sources_cite_is_in_the_table()
    {
        var documented = Repository.TableRows("docs/protocols.md").Select(row => row[0]).ToHashSet();

        var missing =
            from file in Repository.Sources("src")
            from Match citation in Citation().Matches(Repository.Read(Path.Combine("src", file)))
            where !documented.Contains(citation.Value)
            select $"{citation.Value} ({file})";

        Assert.That(missing.Distinct(), Is.Empty);
    }

    [Test]
    public void Every_row_has_title_status_and_place()
    {
        var rows = Repository.TableRows("docs/protocols.md").Where(row => Citation().IsMatch(row[0])).ToList();

        Assert.That(rows, Has.Count.GreaterThan(50));
        Assert.That(rows.Where(row => row.Length != 4 || row[1].Length == 0 || row[2] is not ("Yes" or "Partial" or "No") || row[3].Length == 0), Is.Empty);
    }

    [Test]
    public void No_standard_is_listed_twice() =>
        Assert.That(Repository.TableRows("docs/protocols.md").Select(row => row[0]).Where(cell => Citation().IsMatch(cell)), Is.Unique);

    [GeneratedRegex("RFC [0-9]{3,5}|XEP-[0-9]{4}")]
    private static partial Regex Citation();
}
