using System.Text.RegularExpressions;
using SmtpTransport.EndToEnd.Support;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>The first command of README.md. It brings a Prosody of its own.</summary>
internal sealed partial class The_quick_start_works
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);

    private static string Script => Repository.Path("deploy/quickstart.sh");

    [Test]
    public async Task It_shows_a_mail_and_its_answer_and_leaves_nothing_behind()
    {
        var folder = WorkFolder.Create("quickstart");

        var (exitCode, output) = await Command.RunAsync(
            "env", $"TMPDIR={folder}", "timeout", "-k", "10", $"{Longest.TotalSeconds}", Script, "--once");

        Assert.That(exitCode, Is.Zero, output);
        Assert.Multiple(() =>
        {
            Assert.That(output, Does.Contain("are you free at noon?"));
            Assert.That(output, Does.Contain("From: Bob <bob@mail.example>").And.Contain("In-Reply-To: "));
            Assert.That(Leftovers(folder), Is.Empty);
        });
    }

    [Test]
    public async Task It_stays_up_until_Ctrl_C_and_shows_ones_own_mail()
    {
        var folder = WorkFolder.Create("quickstart");
        await using var quickstart = Daemon.Start(folder, "env", [$"TMPDIR={folder}", Script]);
        await Patience.UntilAsync(
            "it invites", () => quickstart.HasExited || quickstart.Log.Contains("look inside", StringComparison.Ordinal), Longest);
        var invited = Invitation().Match(quickstart.Log);
        Assert.That(invited.Success, quickstart.Log);

        var (exitCode, output) = await Command.RunAsync("/bin/sh", "-c", invited.Value);
        Assert.That(exitCode, Is.Zero, output);
        await Patience.UntilAsync("it shows it", () => quickstart.Log.Contains("| Hello!", StringComparison.Ordinal));
        quickstart.Interrupt();

        Assert.That(await quickstart.ExitAsync(), Is.EqualTo(130));
        Assert.That(Leftovers(folder), Is.Empty);
    }

    /// <summary>Files, and processes that were started with files of the folder.</summary>
    private static IEnumerable<string> Leftovers(string folder) =>
        Directory.EnumerateFileSystemEntries(folder, "smtp-transport-quickstart.*")
            .Concat(Directory.EnumerateDirectories("/proc").Select(CommandLine).Where(line => line.Contains(folder, StringComparison.Ordinal)));

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [GeneratedRegex("swaks --server .*")]
    private static partial Regex Invitation();
}
