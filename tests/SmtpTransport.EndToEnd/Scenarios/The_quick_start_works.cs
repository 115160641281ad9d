using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>The first command of README.md. It brings a Prosody of its own.</summary>
internal sealed class The_quick_start_works
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);

    [Test]
    public async Task It_shows_a_mail_and_its_answer_and_leaves_nothing_behind()
    {
        var folder = WorkFolder.Create("quickstart");
        var script = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "deploy", "quickstart.sh"));

        var (exitCode, output) = await Command.RunAsync(
            "env", $"TMPDIR={folder}", "timeout", "-k", "10", $"{Longest.TotalSeconds}", script, "--once");

        Assert.That(exitCode, Is.Zero, output);
        Assert.Multiple(() =>
        {
            Assert.That(output, Does.Contain("are you free at noon?"));
            Assert.That(output, Does.Contain("From: Bob <bob@mail.example>").And.Contain("In-Reply-To: "));
            Assert.That(Directory.EnumerateFileSystemEntries(folder, "smtp-transport-quickstart.*"), Is.Empty);
        });
    }
}
