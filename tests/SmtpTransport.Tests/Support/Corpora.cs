namespace SmtpTransport.Tests.Support;

/// <summary>Third-party test data, which is never copied into the project.</summary>
internal static class Corpora
{
    /// <summary>The full path of a file or folder of the corpora; the test is skipped where they are absent.</summary>
    public static string Path(string relative)
    {
        var root = Environment.GetEnvironmentVariable("SMTPTRANSPORT_CORPORA")
            ?? System.IO.Path.Combine(RepositoryRoot(), "..", "shared", "corpora");
        if (!Directory.Exists(root))
            Assert.Ignore($"skipped: no test data at {root} (set SMTPTRANSPORT_CORPORA)");
        return System.IO.Path.Combine(root, relative);
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "SmtpTransport.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? TestContext.CurrentContext.TestDirectory;
    }
}
