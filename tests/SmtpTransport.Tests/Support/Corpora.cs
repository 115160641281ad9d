namespace SmtpTransport.Tests.Support;

/// <summary>Third-party test data, which is never copied into the project.</summary>
internal static class Corpora
{
    /// <summary>For a source of test cases, which must not skip itself: one case then stands for all, and skips.</summary>
    public static bool ArePresent => Directory.Exists(Root);

    /// <summary>The full path of a file or folder of the corpora; the test is skipped where they are absent.</summary>
    public static string Path(string relative)
    {
        var root = Root;
        if (!Directory.Exists(root))
            Assert.Ignore($"skipped: no test data at {root} (set SMTPTRANSPORT_CORPORA)");
        return System.IO.Path.Combine(root, relative);
    }

    /// <summary>The names of a folder's files, for a test case each; none where the corpora are absent.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.Exists(System.IO.Path.Combine(Root, folder))
            ? Directory.EnumerateFiles(System.IO.Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
                .Select(file => System.IO.Path.GetRelativePath(Root, file)).Order(StringComparer.Ordinal)
            : [folder];

    private static string Root =>
        Environment.GetEnvironmentVariable("SMTPTRANSPORT_CORPORA")
        ?? System.IO.Path.Combine(RepositoryRoot(), "..", "shared", "corpora");

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "SmtpTransport.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? AppContext.BaseDirectory;
    }
}
