using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class A_full_disk_loses_nothing(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    [Test]
    public async Task Mail_is_put_off_with_452_until_there_is_room_again()
    {
        Assume.That(Environment.IsPrivilegedProcess, "A small file system of its own needs root");
        var configuration = NewConfiguration();
        var disk = Directory.CreateDirectory(Path.Combine(configuration.Folder, "disk")).FullName;
        configuration["Storage"] = $"Data Source={disk}/gateway.db";
        var gateway = Keep(new GatewayProcess(configuration)
        {
            Wrapper = ["/usr/bin/unshare", "-m", "/bin/sh", "-c", $"mount -t tmpfs -o size=96m tmpfs {disk} && exec \"$@\"", "sh"],
        });
        await gateway.StartAsync();
        var alice = await NewClientAsync();

        // The file system exists in the gateway's mount namespace only; /proc leads there.
        var filler = $"/proc/{gateway.ProcessId}/root{disk}/filler";
        await Fill(filler);
        var refused = await SendAsync(gateway, alice, "no room for this", 3_000_000);
        File.Delete(filler);
        var taken = await SendAsync(gateway, alice, "room again", 3_000_000);

        Assert.Multiple(() =>
        {
            Assert.That(refused.Code, Is.EqualTo(452), refused.Text);
            Assert.That(refused.Text, Does.Contain("4.3.1"));
            Assert.That(taken.Code, Is.EqualTo(250), taken.Text);
            Assert.That(gateway.HasExited, Is.False);
        });
        await alice.MessageAsync("room again");
        Assert.That(alice.Messages.Where(message => message.Element("body")!.Value.Contains("no room for this", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task A_mail_that_finds_no_room_in_the_temporary_folder_is_put_off_with_452()
    {
        Assume.That(Environment.IsPrivilegedProcess, "A small file system of its own needs root");
        var configuration = NewConfiguration();
        var folder = Directory.CreateDirectory(Path.Combine(configuration.Folder, "temporary")).FullName;
        var gateway = NewGateway(configuration, "/usr/bin/unshare", "-m", "/bin/sh", "-c", $"mount -t tmpfs -o size=1m tmpfs {folder} && TMPDIR={folder} exec \"$@\"", "sh");
        await gateway.StartAsync();
        var alice = await NewClientAsync();

        var large = await SendAsync(gateway, alice, "too large for it", 3_000_000);
        var small = await SendAsync(gateway, alice, "small enough", 1000);

        Assert.That((large.Code, small.Code), Is.EqualTo((452, 250)), large.Text);
        await alice.MessageAsync("small enough");
        Assert.That(alice.Messages.Count(), Is.EqualTo(1));
    }

    private static async Task Fill(string file)
    {
        await using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                await stream.WriteAsync(new byte[64 * 1024]);
        }
        catch (IOException)
        {
            // No space left on the device: as wanted.
        }
    }

    private static Task<Reply> SendAsync(GatewayProcess gateway, ChatClient alice, string text, int size) =>
        SmtpConversation.MailAsync(
            gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "Hi", text + "\n" + string.Concat(Enumerable.Repeat(new string('x', 70) + "\n", size / 71))));
}
