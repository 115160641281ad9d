namespace SmtpTransport.Tests.Support;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Path(string relative) => System.IO.Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(Path(relative));

    /// <summary>C# sources below a folder, as paths from there.</summary>
    public static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(Path(folder), "*.cs", SearchOption.AllDirectories).Select(file => System.IO.Path.GetRelativePath(Path(folder), file));

    /// <summary>The cells of every table row below a heading (or of the whole page) whose first cell holds code.</summary>
    public static IEnumerable<string[]> TableRows(string page) =>
        from line in Read(page).Split('\n')
        where line.StartsWith("| ", StringComparison.Ordinal)
        select line.Trim().Trim('|').Split('|', StringSplitOptions.TrimEntries);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder.FullName, "SmtpTransport.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No SmtpTransport.sln above the tests.");
        return folder.FullName;
    }
}
