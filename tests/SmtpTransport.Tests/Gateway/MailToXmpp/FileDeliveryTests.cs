using System.Security.Cryptography;
using SmtpTransport.Gateway.Files;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.MailToXmpp;

/// <summary>Files that follow the text of a mail, each as a message of its own.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class FileDeliveryTests : IDisposable
{
    private readonly ReceiverStage stage = new() { Places = { AreThere = true } };

    public void Dispose() => stage.Dispose();

    [Test]
    public async Task A_file_follows_its_text_and_says_what_it_is()
    {
        await ReceiveAsync("Hello", ("plan.pdf", "application/pdf", "%PDF-1.4 plan"));
        await WorkAsync();

        var (text, file) = (stage.Link.Sent[0], stage.Link.Sent[1]);
        Assert.That((text.Body, file.Body), Is.EqualTo(("Files\n\nHello", "https://upload.example.org/plan.pdf")));
        Assert.That(file.Payload<OutOfBandData>()!.Url, Is.EqualTo(file.Body), "only then clients show it");
        var sharing = file.Payload<FileSharing>()!;
        Assert.That(sharing.Sources, Is.EqualTo([file.Body]));
        Assert.That(sharing.Disposition, Is.EqualTo("attachment"));
        Assert.That(sharing.File, Is.EqualTo(new FileMetadata
        {
            Name = "plan.pdf",
            MediaType = "application/pdf",
            Size = 13,
            Sha256 = Convert.ToBase64String(SHA256.HashData("%PDF-1.4 plan"u8)),
        }));
        Assert.That(file.Payload<MessageThread>(), Is.EqualTo(text.Payload<MessageThread>()));
        Assert.That(file.Payload<OriginId>()!.Id, Is.EqualTo(file.Id).And.Not.EqualTo(text.Id));
        Assert.That((file.From, file.Type, file.Payload<StoreHint>()), Is.EqualTo((text.From, "chat", new StoreHint())));
    }

    [Test]
    public async Task The_octets_that_are_placed_are_those_that_were_sent()
    {
        await ReceiveAsync("Hello", ("a.bin", "application/octet-stream", "one"), ("b.txt", "text/plain", "two"));
        await WorkAsync();

        Assert.That(stage.Places.Seen.Select(seen => (seen.File.Name, System.Text.Encoding.UTF8.GetString(seen.Octets))), Is.EqualTo([("a.bin", "one"), ("b.txt", "two")]));
        Assert.That(stage.Places.Seen.Select(seen => seen.File.Contact.ToString()), Is.All.EqualTo("bob%mail.test@smtp.example"), "the contact asks for the place: quotas count per JID");
    }

    [Test]
    public async Task Without_a_place_for_files_the_text_names_them()
    {
        stage.Places.AreThere = false;
        await ReceiveAsync("Hello", ("a.txt", "text/plain", "one"));
        await WorkAsync();

        Assert.That(stage.Link.Sent.Single().Body, Does.EndWith("[Attached: a.txt, text, 3 bytes]"));
    }

    [Test]
    public async Task While_nobody_knows_of_a_place_the_text_names_them_and_they_follow_if_they_can()
    {
        stage.Places.AreCertain = false;
        await ReceiveAsync("Hello", ("a.txt", "text/plain", "one"));
        await WorkAsync();

        Assert.That(stage.Link.Sent[0].Body, Does.EndWith("[Attached: a.txt, text, 3 bytes]"));
        Assert.That(stage.Link.Sent[1].Body, Is.EqualTo("https://upload.example.org/a.txt"));
    }

    [Test]
    public async Task What_cannot_be_placed_now_is_tried_again_on_schedule()
    {
        stage.Places.OnFile = _ => new Placement.NotNow("the upload service answers 503");
        await ReceiveAsync("Hello", ("a.txt", "text/plain", "one"), ("b.txt", "text/plain", "two"));
        await WorkAsync();

        var item = (await stage.Store.Queue.ListAsync(QueueFilter.All, default)).Single();
        Assert.That((item.State, item.LastError, item.To), Is.EqualTo(("deferred", "451 4.3.0 the upload service answers 503", new[] { "alice@example.org" })));
        stage.Places.OnFile = file => new Placement.Placed($"https://upload.example.org/{file.Name}");
        stage.Time.Advance(TimeSpan.FromMinutes(2));
        await WorkAsync();
        Assert.That(Bodies(), Is.EqualTo(["Files\n\nHello", "https://upload.example.org/a.txt", "https://upload.example.org/b.txt"]));
    }

    [Test]
    public async Task A_file_that_is_refused_is_named_to_its_reader_and_to_nobody_else()
    {
        stage.Store.MayReport = true;
        stage.Places.OnFile = _ => new Placement.Refused("the server takes no files larger than 10 MB");
        await ReceiveAsync("Hello", ("film.mp4", "video/mp4", "film"));
        await WorkAsync();

        var told = stage.Told().Single();
        Assert.That(told.Body, Is.EqualTo("[Not delivered: film.mp4, MP4 video, 4 bytes. The reason: the server takes no files larger than 10 MB. Ask the sender for another way, such as a link.]"));
        Assert.That((told.From.ToString(), told.To.ToString(), told.Type), Is.EqualTo(("bob%mail.test@smtp.example", "alice@example.org", "chat")));
        Assert.That(stage.Store.Database.Count("owed_report"), Is.Zero);
        Assert.That(stage.Store.Database.Count("taken"), Is.EqualTo(1), "The sender's retry shows the mail no second time.");
    }

    [Test]
    public async Task A_file_that_no_attempt_could_place_is_given_up_with_the_mail_itself_and_its_reader_told()
    {
        stage.Places.OnFile = _ => new Placement.NotNow("down");
        await ReceiveAsync("Hello", ("a.txt", "text/plain", "one"));
        for (var hour = 0; hour < 50; hour++)
        {
            await WorkAsync();
            stage.Time.Advance(TimeSpan.FromHours(1));
        }

        await stage.Store.SweepAsync();
        Assert.That(stage.Told().Select(told => told.Body!.Split('.')[0]), Is.EqualTo(["[Still on its way: a", "[Not delivered: a"]));
        Assert.That(stage.Store.Database.Count("body"), Is.Zero);
    }

    [Test]
    public async Task A_link_that_breaks_sends_the_file_again_with_the_same_id_and_makes_no_second_one()
    {
        await ReceiveAsync("Hello", ("a.txt", "text/plain", "one"));
        await WorkAsync();
        await stage.Spool.ReopenTakenAsync(stage.Time.GetUtcNow() - TimeSpan.FromSeconds(3));
        await WorkAsync();

        Assert.That(stage.Link.Sent.Select(stanza => stanza.Id).CountBy(id => id).Select(id => id.Value), Is.EqualTo([2, 2]));
        Assert.That(stage.Rows("part = 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_crash_between_two_files_repeats_neither()
    {
        await ReceiveAsync("Hello", ("a.txt", "text/plain", "one"), ("b.txt", "text/plain", "two"));
        stage.Link.OnMessage = message => message.Body!.EndsWith("b.txt", StringComparison.Ordinal) ? throw new InvalidOperationException("crash") : new DeliveryVerdict.Taken();
        await WorkAsync();
        stage.Link.OnMessage = _ => new DeliveryVerdict.Taken();
        await stage.Spool.RecoverAsync();
        stage.Time.Advance(TimeSpan.FromMinutes(2));
        await WorkAsync();

        Assert.That(Bodies().Count(body => body.EndsWith("a.txt", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(Bodies()[^1], Does.EndWith("b.txt"));
    }

    [Test]
    public async Task An_empty_file_is_said_to_be_empty()
    {
        await ReceiveAsync("Hello", ("nothing.txt", "text/plain", ""));
        await WorkAsync();

        Assert.That(Bodies()[^1], Is.EqualTo("[Attached: nothing.txt, text, empty]"));
        Assert.That(stage.Places.Seen, Is.Empty);
    }

    [Test]
    public async Task More_than_ten_files_are_listed_and_come_as_one_archive()
    {
        await ReceiveAsync("Hello", [.. Enumerable.Range(1, 12).Select(n => ("a.txt", "text/plain", $"number {n}"))]);
        await WorkAsync();

        Assert.That(Bodies(), Has.Length.EqualTo(2));
        Assert.That(Bodies()[0], Does.EndWith("[and 2 more files]\n[All of them follow in files.zip]"));
        using var archive = new System.IO.Compression.ZipArchive(new MemoryStream(stage.Places.Seen.Single().Octets));
        Assert.That(archive.Entries.Select(entry => entry.Name), Is.EqualTo(["a.txt", .. Enumerable.Range(2, 11).Select(n => $"a ({n}).txt")]));
        using var last = new StreamReader(archive.Entries[^1].Open());
        Assert.That(await last.ReadToEndAsync(), Is.EqualTo("number 12"));
    }

    [Test]
    public async Task A_text_that_is_too_long_follows_whole()
    {
        var line = new string('x', 60) + "\n";
        await stage.ReceiveAsync(TestContent.Mail(body: string.Concat(Enumerable.Repeat(line, 20_000)) + "the end"), "alice@example.org");
        await WorkAsync();

        Assert.That(Bodies()[^2], Does.Contain("mail.txt, which follows]"));
        var (file, octets) = stage.Places.Seen.Single();
        Assert.That((file.Name, file.MediaType), Is.EqualTo(("mail.txt", "text/plain")));
        Assert.That(System.Text.Encoding.UTF8.GetString(octets).TrimStart('\uFEFF'), Is.EqualTo(string.Concat(Enumerable.Repeat(line, 20_000)) + "the end"));
    }

    [Test]
    public async Task A_late_refusal_of_a_file_is_no_failure_of_the_mail()
    {
        stage.Store.MayReport = true;
        await ReceiveAsync("Hello", ("a.txt", "text/plain", "one"));
        await WorkAsync();

        await stage.LateErrors.RecordAsync(stage.Link.Sent[1].Error(new StanzaError(StanzaErrorType.Cancel, "item-not-found"))!);

        Assert.That((stage.Rows("part = 1 AND state = 2"), stage.Rows("part = 0 AND state = 1")), Is.EqualTo((1, 1)));
        Assert.That((stage.Store.Database.Count("owed_report"), stage.Store.Database.Count("taken")), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task Whose_text_is_refused_after_all_gets_no_files_of_it()
    {
        stage.Places.OnFile = _ => new Placement.NotNow("down");
        await ReceiveAsync("Hello", ("a.txt", "text/plain", "one"));
        await WorkAsync();

        await stage.LateErrors.RecordAsync(stage.Link.Sent[0].Error(new StanzaError(StanzaErrorType.Cancel, "item-not-found"))!);

        Assert.That((stage.Rows("part = 1"), stage.Rows("part = 0 AND state = 2")), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task An_operator_who_drops_a_file_has_its_reader_told()
    {
        stage.Places.OnFile = _ => new Placement.NotNow("down");
        await ReceiveAsync("Hello", ("a.txt", "text/plain", "one"));
        await WorkAsync();
        var id = (await stage.Store.Queue.ListAsync(QueueFilter.All, default)).Single().Id;

        Assert.That(await stage.Store.Queue.DropAsync(id, default), Is.EqualTo(QueueChange.Done));
        await WorkAsync();

        Assert.That(stage.Told().Single().Body, Does.Contain("a.txt").And.Contain("the administrator of the mail gateway has stopped it"));
        Assert.That((await stage.Store.Queue.ShowAsync(id, default))!.Mail!.Recipients.Single().To, Is.EqualTo("alice@example.org (file 1)"));
    }

    [Test]
    public async Task Each_of_several_users_gets_the_files()
    {
        await stage.ReceiveAsync(Mail("Hello", ("a.txt", "text/plain", "one")), "alice@example.org", "carol@example.org");
        await WorkAsync();

        Assert.That(stage.Link.Sent.Where(stanza => stanza.Body!.EndsWith("a.txt", StringComparison.Ordinal)).Select(stanza => stanza.To.ToString()), Is.EquivalentTo(["alice@example.org", "carol@example.org"]));
    }

    private string[] Bodies() => [.. stage.Link.Sent.Select(stanza => stanza.Body!)];

    private async Task ReceiveAsync(string text, params (string Name, string Type, string Content)[] files) =>
        Assert.That((await stage.ReceiveAsync(Mail(text, files), "alice@example.org")).Reply.Code, Is.EqualTo(250));

    private Task WorkAsync() => WorkAsync(stage);

    private static async Task WorkAsync(ReceiverStage stage)
    {
        await stage.RecordedAsync();
        while (await stage.WorkAsync() > 0)
        {
        }
    }

    private static SmtpTransport.Mail.Smtp.MessageContent Mail(string text, params (string Name, string Type, string Content)[] files) => TestContent.Of(
        "From: Bob <bob@mail.test>\nTo: alice@example.org\nSubject: Files\nMessage-ID: <m1@mail.test>\nMIME-Version: 1.0\n"
        + $"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n{text}\n"
        + string.Concat(files.Select(file =>
            $"--b\nContent-Type: {file.Type}; name=\"{file.Name}\"\nContent-Disposition: attachment; filename=\"{file.Name}\"\nContent-Transfer-Encoding: base64\n\n"
            + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(file.Content)) + "\n"))
        + "--b--\n");
}
