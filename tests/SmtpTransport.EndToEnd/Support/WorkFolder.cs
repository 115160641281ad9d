namespace SmtpTransport.EndToEnd.Support;

/// <summary>Everything that a run writes lies under one folder, which goes away with the run.</summary>
internal static class WorkFolder
{
    private static int count;

    public static string Root { get; } = Path.Combine(Path.GetTempPath(), $"smtp-transport-e2e-{Environment.ProcessId}");

    public static string Create(string name)
    {
        var folder = Path.Combine(Root, $"{Interlocked.Increment(ref count):000}-{name}");
        Directory.CreateDirectory(folder);
        return folder;
    }

    public static void Remove()
    {
        if (Directory.Exists(Root))
            Directory.Delete(Root, recursive: true);
    }
}
