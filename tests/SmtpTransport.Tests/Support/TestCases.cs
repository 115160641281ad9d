namespace SmtpTransport.Tests.Support;

/// <summary>
/// A translation test is a pair of files in <c>Cases</c>: what comes in and what must come out. With <c>UPDATE_CASES=1</c>
/// the second is rewritten, for review.
/// </summary>
internal static class TestCases
{
    public static IEnumerable<TestCaseData> In(string folder, string extension) =>
        Directory.EnumerateFiles(Folder(folder), "*" + extension).Order(StringComparer.Ordinal)
            .Select(file => new TestCaseData(file).SetArgDisplayNames(Path.GetFileNameWithoutExtension(file)));

    public static void Compare(string inputFile, string extension, string actual)
    {
        var expectedFile = Path.ChangeExtension(inputFile, extension);
        if (Environment.GetEnvironmentVariable("UPDATE_CASES") == "1")
            File.WriteAllText(expectedFile, actual);
        Assert.That(expectedFile, Does.Exist, "run once with UPDATE_CASES=1 and review the file");
        Assert.That(actual, Is.EqualTo(File.ReadAllText(expectedFile)));
    }

    private static string Folder(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SmtpTransport.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No SmtpTransport.sln above the tests");
        return Path.Combine(folder.FullName, "tests", "SmtpTransport.Tests", "Cases", name);
    }
}
