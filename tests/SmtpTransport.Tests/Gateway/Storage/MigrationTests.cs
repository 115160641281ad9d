using SmtpTransport.Gateway.Storage;

namespace SmtpTransport.Tests.Gateway.Storage;

internal sealed class MigrationTests
{
    [Test]
    public void Numbers_are_unique_and_without_gaps()
    {
        const string Folder = ".Storage.Migrations.";
        var numbers = typeof(SqliteDatabase).Assembly.GetManifestResourceNames()
            .Where(name => name.Contains(Folder, StringComparison.Ordinal))
            .Select(name => name.Split(Folder)[1][..3])
            .Order(StringComparer.Ordinal).ToList();

        Assert.That(numbers, Is.EqualTo(Enumerable.Range(1, numbers.Count).Select(number => $"{number:D3}")));
    }
}
