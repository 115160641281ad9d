using System.Text.RegularExpressions;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Docs;

/// <summary>The walls of docs/architecture.md. They look at using lines, which is good enough for folders.</summary>
internal sealed partial class ArchitectureTests
{
    private const string Gateway = "src/SmtpTransport.Gateway";

    [Test]
    public void Folders_of_the_gateway_name_each_other_as_the_table_says()
    {
        var documented =
            from row in Repository.TableRows("docs/architecture.md")
            where row.Length == 2 && row[0].StartsWith('`')
            from target in CodeWord().Matches(row[1])
            select $"{row[0].Trim('`')} -> {target.Groups[1].Value}";

        var actual =
            from file in Repository.Sources(Gateway)
            where file.Contains(Path.DirectorySeparatorChar)
            from folder in Usings(Path.Combine(Gateway, file), "SmtpTransport.Gateway.")
            select $"{file.Split(Path.DirectorySeparatorChar)[0]} -> {folder.Split('.')[0]}";

        Assert.That(actual.Distinct().Order(), Is.EqualTo(documented.Order()));
    }

    [Test]
    public void The_two_directions_never_name_each_other()
    {
        var crossings =
            from pair in new[] { (From: "MailToXmpp", To: "XmppToMail"), (From: "XmppToMail", To: "MailToXmpp") }
            from file in Repository.Sources(Path.Combine(Gateway, pair.From))
            where Usings(Path.Combine(Gateway, pair.From, file), "SmtpTransport.Gateway.").Contains(pair.To)
            select $"{pair.From}/{file} names {pair.To}";

        Assert.That(crossings, Is.Empty);
    }

    [Test]
    public void Only_storage_names_a_database()
    {
        var others =
            from file in Repository.Sources("src")
            where !file.Contains("/Storage/", StringComparison.Ordinal)
            where Usings(Path.Combine("src", file), "Microsoft.Data.").Any()
            select file;

        Assert.That(others, Is.Empty);
    }

    [TestCase("SmtpTransport.Xmpp", "SmtpTransport.Mail")]
    [TestCase("SmtpTransport.Xmpp", "SmtpTransport.Gateway")]
    [TestCase("SmtpTransport.Mail", "SmtpTransport.Xmpp")]
    [TestCase("SmtpTransport.Mail", "SmtpTransport.Gateway")]
    [TestCase("SmtpTransport.Gateway", "SmtpTransport.Host")]
    public void Projects_do_not_know_each_other(string project, string other) =>
        Assert.That(Repository.Read($"src/{project}/{project}.csproj"), Does.Not.Contain(other + ".csproj"));

    [Test]
    public void Nobody_below_the_host_reads_settings()
    {
        var readers =
            from file in Repository.Sources("src")
            where !file.StartsWith("SmtpTransport.Host/", StringComparison.Ordinal)
            where Usings(Path.Combine("src", file), "Microsoft.Extensions.Configuration").Any()
            select file;

        Assert.That(readers, Is.Empty);
    }

    [Test]
    public void No_file_is_longer_than_300_lines() =>
        Assert.That(Repository.Sources("src").Where(file => File.ReadLines(Repository.Path(Path.Combine("src", file))).Count() > 300), Is.Empty);

    [Test]
    public void The_entry_point_is_read_aloud_in_40_lines() =>
        Assert.That(File.ReadLines(Repository.Path("src/SmtpTransport.Host/Program.cs")).Count(), Is.LessThanOrEqualTo(40));

    [TestCase("NotImplementedException")]
    [TestCase("TODO")]
    [TestCase("FIXME")]
    public void Nothing_is_left_open(string word) =>
        Assert.That(Repository.Sources("src").Where(file => Repository.Read(Path.Combine("src", file)).Contains(word, StringComparison.Ordinal)), Is.Empty);

    /// <summary>What follows <paramref name="prefix"/> in the using lines of a file.</summary>
    private static IEnumerable<string> Usings(string file, string prefix) =>
        from line in File.ReadLines(Repository.Path(file))
        where line.StartsWith("using " + prefix, StringComparison.Ordinal)
        select line["using ".Length..].TrimEnd(';')[prefix.Length..];

    [GeneratedRegex("`([A-Za-z]+)`")]
    private static partial Regex CodeWord();
}
