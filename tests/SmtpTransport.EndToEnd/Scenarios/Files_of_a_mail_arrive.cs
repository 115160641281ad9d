using System.Globalization;
using System.Security.Cryptography;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>Through the server's own upload service (XEP-0363).</summary>
internal sealed class Files_of_a_mail_arrive(ServerKind server) : Scenario(server)
{
    protected override bool OwnServer => true;

    protected override XmppServer NewServer() => XmppServer.Create(Kind, uploads: new Uploads());

    [Test]
    public async Task Each_comes_as_a_message_of_its_own_byte_by_byte_up_to_20_MB()
    {
        var gateway = await StartGatewayAsync(configuration => configuration["Smtp:MaxMessageSize"] = 40_000_000);
        var alice = await NewClientAsync();
        SentFile[] files = [SentFile.Random("plan.pdf", 1234), SentFile.Random("Fotos für Oma.zip", 20_000_000), SentFile.Random("a.png", 70_000)];

        var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, "bob@mail.test", alice.BareJid, MailWithFiles.Of(alice.BareJid, "Here they are.", files));
        Assert.That(reply.Code, Is.EqualTo(250), reply.Text);

        foreach (var file in files)
            await FileMessages.ArrivesAsync(alice, file);
        Assert.That(alice.Messages.First().Element("body")!.Value, Does.EndWith("Here they are."), "The text comes first, and does not list what follows.");
        Assert.That(alice.Messages.Skip(1).Select(FileMessages.NameOf), Is.EqualTo(files.Select(file => file.Name)), "in their order");
        Assert.That(alice.Messages.Select(message => message.Element("thread")!.Value).Distinct().Count(), Is.EqualTo(1));
        Assert.That(gateway.Memory() / 1_000_000, Is.LessThanOrEqualTo(300), "megabytes at the most: no file is ever whole in memory");
        Assert.That(await gateway.PageAsync("/metrics"), Does.Match("""smtptransport_files_total\{[^}]*result="uploaded"[^}]*\} 3"""));
    }

    [Test]
    public async Task More_than_ten_come_as_one_archive()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var files = Enumerable.Range(1, 12).Select(n => SentFile.Random($"{n}.bin", 5000)).ToArray();

        await SmtpConversation.MailAsync(gateway.SmtpPort, "bob@mail.test", alice.BareJid, MailWithFiles.Of(alice.BareJid, "A dozen.", files));

        var text = await alice.MessageAsync("A dozen.");
        Assert.That(text.Element("body")!.Value, Does.Contain("[Attached: 1.bin").And.Contain("files.zip"));
        var octets = await FileMessages.FetchAsync(await FileMessages.FileAsync(alice, "files.zip"));
        using var archive = new System.IO.Compression.ZipArchive(new MemoryStream(octets));
        foreach (var file in files)
        {
            await using var entry = archive.GetEntry(file.Name)!.Open();
            Assert.That(Convert.ToBase64String(await SHA256.HashDataAsync(entry)), Is.EqualTo(file.Sha256), file.Name);
        }
    }

    [Test]
    public async Task A_text_that_is_too_long_for_chat_comes_whole_as_a_file()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var lines = string.Concat(Enumerable.Range(0, 20_000).Select(n => string.Create(CultureInfo.InvariantCulture, $"line {n} of a very long report that goes on and on\r\n")));

        await SmtpConversation.MailAsync(gateway.SmtpPort, "bob@mail.test", alice.BareJid, MailWithFiles.Of(alice.BareJid, lines));

        await alice.MessageAsync("mail.txt");
        var text = System.Text.Encoding.UTF8.GetString(await FileMessages.FetchAsync(await FileMessages.FileAsync(alice, "mail.txt")));
        Assert.That(text.TrimStart('\uFEFF').TrimEnd().Split('\n')[^1], Does.StartWith("line 19999 of"));
    }

    [Test]
    public async Task A_kill_between_files_loses_none()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var files = Enumerable.Range(1, 8).Select(n => SentFile.Random($"{n}.bin", 2_000_000)).ToArray();
        await SmtpConversation.MailAsync(gateway.SmtpPort, "bob@mail.test", alice.BareJid, MailWithFiles.Of(alice.BareJid, "Eight.", files));

        await FileMessages.FileAsync(alice, "2.bin");
        await gateway.KillAsync();
        await gateway.StartAsync();

        foreach (var file in files)
            await FileMessages.ArrivesAsync(alice, file);
        foreach (var copies in alice.Messages.Where(FileMessages.IsFile).GroupBy(FileMessages.NameOf))
            Assert.That(copies.Select(copy => (string?)copy.Attribute("id")).Distinct().Count(), Is.EqualTo(1), copies.Key);
    }
}
