using System.Security.Cryptography;
using System.Text;
using MimeKit;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Tests.Support;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.XmppToMail;

/// <summary>From the message with a file to the mail with the file in it, on a real spool and a web server that does as told.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class FileGatheringTests : IAsyncDisposable
{
    private readonly SenderStage stage = new(holdFor: TimeSpan.FromSeconds(10), limits: new SendingLimits { MessagesPerHour = 0 }) { MaxFetchSize = 1_000_000 };
    private readonly List<FakeWebHost> hosts = [];

    public FileGatheringTests() => stage.Dns.Address("files.test", "127.0.0.1");

    public async ValueTask DisposeAsync()
    {
        stage.Dispose();
        foreach (var host in hosts)
            await host.DisposeAsync();
    }

    [Test]
    public async Task A_file_and_a_text_travel_in_the_same_mail()
    {
        var photo = RandomNumberGenerator.GetBytes(300_000);
        await stage.SayAsync(SenderStage.Message("My holidays", "c1", more: new ReceiptRequest()));
        await stage.SayAsync(Link(Host(photo, "image/jpeg"), "c2"));
        await stage.SayAsync(SenderStage.Message("Nice, no?", "c3"));

        var mail = await MailAsync();

        Assert.Multiple(() =>
        {
            Assert.That(mail.Body, Is.InstanceOf<Multipart>().And.Property(nameof(MimeEntity.ContentType)).Property(nameof(ContentType.MimeType)).EqualTo("multipart/mixed"));
            Assert.That(mail.TextBody!.ReplaceLineEndings("\n").TrimEnd(), Is.EqualTo("My holidays\n\nNice, no?"));
            Assert.That(Octets(mail.Attachments.Single()), Is.EqualTo(photo));
            Assert.That((mail.Attachments.Single().ContentDisposition!.FileName, mail.Attachments.Single().ContentType.MimeType), Is.EqualTo(("für.jpg", "image/jpeg")));
            Assert.That(stage.Told().Single().Payload<DeliveryReceipt>()!.MessageId, Is.EqualTo("c1"));
            Assert.That(stage.Sender.Mails.Single().Text.All(char.IsAscii), Is.True, "7 bits, so that signatures last");
        });
    }

    [Test]
    public async Task A_small_picture_is_shown_in_the_mail()
    {
        await stage.SayAsync(Link(Host(new byte[1000], "image/png"), "c1"));

        var part = (await MailAsync()).BodyParts.Single();

        Assert.That((part.ContentDisposition!.Disposition, part.ContentDisposition!.FileName), Is.EqualTo(("inline", "für.jpg")));
    }

    [Test]
    public async Task A_mail_of_files_alone_is_named_for_the_first()
    {
        await stage.SayAsync(Link(Host(new byte[500_000], "image/png"), "c1"));

        Assert.That((await MailAsync()).Subject, Is.EqualTo("für.jpg"));
    }

    [TestCase("HTTP/1.1 404 Gone\r\nContent-Length: 0\r\n\r\n", "its server answers 404")]
    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: 1000001\r\n\r\n", "it is larger than the 1 MB that a mail may carry")]
    [TestCase("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx", "its server sends it compressed")]
    public async Task What_cannot_be_attached_stays_a_link_and_the_user_is_told(string answer, string why)
    {
        var url = Url(Kept(FakeWebHost.Saying(answer)));
        await stage.SayAsync(SenderStage.Message("Hi", "c1"));
        await stage.SayAsync(Link(url, "c2"));

        var mail = await MailAsync();

        Assert.That(mail.TextBody!.ReplaceLineEndings("\n").TrimEnd(), Is.EqualTo($"Hi\n\n{url}"));
        Assert.That(mail.Attachments, Is.Empty);
        var told = stage.Told().Single();
        Assert.That(told.Body, Is.EqualTo($"Your mail to bob@mail.test has a link instead of the file für.jpg: {why}. If the link is not enough, send the file once more, or a smaller one."));
        Assert.That((told.To, told.From, told.Payload<Reply>()!.Id), Is.EqualTo((Jid.Parse("alice@example.org"), Jid.Parse("bob%mail.test@smtp.example"), "c2")));
    }

    [Test]
    public async Task A_private_address_is_never_dialled_and_the_user_is_told()
    {
        stage.AllowPrivateAddresses = false;
        var host = Kept(FakeWebHost.With([1]));
        await stage.SayAsync(Link(Url(host), "c1"));

        Assert.That((await MailAsync()).TextBody, Does.Contain(Url(host)));
        Assert.That(host.Heard, Is.Empty);
        Assert.That(stage.Told().Single().Body, Does.Contain("may not fetch from that address"));
    }

    [Test]
    public async Task Files_together_larger_than_a_mail_may_be_are_attached_as_far_as_there_is_room()
    {
        await stage.SayAsync(Link(Host(new byte[700_000], "video/mp4"), "c1"));
        await stage.SayAsync(Link(Host(new byte[400_000], "video/mp4"), "c2"));
        await stage.SayAsync(Link(Host(new byte[200_000], "video/mp4"), "c3"));

        Assert.That((await MailAsync()).Attachments.Count(), Is.EqualTo(2));
        Assert.That(stage.Told().Single().Body, Does.Contain("together with the others it is larger"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task What_is_not_the_file_that_was_described_is_not_attached(bool byHash)
    {
        var url = Host([1, 2, 3], "image/png");
        var file = new FileMetadata { Name = "a.png", Size = byHash ? 3 : 4, Sha256 = byHash ? Convert.ToBase64String(SHA256.HashData([1, 2, 4])) : null };
        await stage.SayAsync(SenderStage.Message(url, "c1", more: new FileSharing(file, [url])));

        Assert.That((await MailAsync()).TextBody, Does.Contain(url));
        Assert.That(stage.Told().Single().Body, Does.Contain("the file a.png").And.Contain("not the file that your client described"));
    }

    [Test]
    public async Task Trouble_that_may_pass_is_waited_for_and_the_queue_shows_it()
    {
        var tries = 0;
        var url = Url(Kept(new FakeWebHost { Answer = (_, stream) => FakeWebHost.SayAsync(stream, ++tries < 3 ? Busy : "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfile") }));
        await stage.SayAsync(Link(url, "c1"));
        await AfterAsync(10);

        var item = (await stage.Store.Queue.ListAsync(QueueFilter.All, default)).Single();
        Assert.That((item.State, item.LastError), Is.EqualTo(("deferred", "451 4.4.1 Not fetched yet: für.jpg: its server answers 503")));
        Assert.That((await AfterAsync(20), tries, stage.Sender.Mails.Count), Is.EqualTo((1, 2, 0)));
        await AfterAsync(20);
        await stage.WorkAsync();

        Assert.That(Octets(Mail().BodyParts.Single()), Is.EqualTo("file"u8.ToArray()));
        Assert.That(stage.Told(), Is.Empty);
    }

    [Test]
    public async Task After_a_minute_and_a_half_the_mail_goes_with_the_link()
    {
        var host = Kept(FakeWebHost.Saying(Busy));
        await stage.SayAsync(Link(Url(host), "c1"));
        await AfterAsync(10);
        for (var i = 0; i < 5; i++)
            await AfterAsync(20);
        await stage.WorkAsync();

        Assert.That(Mail().TextBody, Does.Contain(Url(host)));
        Assert.That(stage.Told().Single().Body, Does.Contain("its server answers 503"));
    }

    [Test]
    public async Task A_wait_for_files_does_not_count_as_attempts_at_the_next_hop()
    {
        stage.Sender.OnRecipient = _ => FakeMailSender.Deferred("busy");
        var tries = 0;
        await stage.SayAsync(Link(Url(Kept(new FakeWebHost { Answer = (_, stream) => FakeWebHost.SayAsync(stream, ++tries < 3 ? Busy : "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfile") })), "c1"));
        await AfterAsync(10);
        await AfterAsync(20);
        await AfterAsync(20);
        await stage.WorkAsync();

        var item = (await stage.Store.Queue.ListAsync(QueueFilter.All, default)).Single();
        Assert.That((item.Attempts, item.LastError), Is.EqualTo((1, "451 4.3.2 busy (mx.mail.test)")));
        Assert.That(item.Due - stage.Time.GetUtcNow(), Is.InRange(TimeSpan.FromSeconds(54), TimeSpan.FromSeconds(66)));
    }

    [Test]
    public async Task Slow_files_of_one_hold_up_nobody_elses_mail_to_the_same_domain()
    {
        for (var i = 0; i < 4; i++)
            await stage.SayAsync(Link(Host([1], "image/png"), $"c{i}", $"carol{i}%mail.test@smtp.example"));
        await stage.SayAsync(SenderStage.Message("Hello", "d1", from: "dora@example.org/phone"));
        stage.Time.Advance(TimeSpan.FromSeconds(10));

        var claimed = await stage.Store.ClaimDraftsAsync();

        Assert.That(claimed.Select(mail => mail.Destination).Order().Distinct(), Is.EqualTo(new[] { "files of alice@example.org", "mail.test" }));
        Assert.That(stage.Delivery().Room("files of alice@example.org"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_correction_takes_the_place_of_a_file_and_a_retraction_takes_it_back()
    {
        var host = Kept(FakeWebHost.With([1]));
        await stage.SayAsync(Link(Url(host), "c1"));
        await stage.SayAsync(Link(Url(host), "c2"));
        await stage.SayAsync(SenderStage.Message("Not that one", "c3", more: new Correction("c1")));
        await stage.SayAsync(Stanza.Message(Jid.Parse("alice@example.org/phone"), Jid.Parse("bob%mail.test@smtp.example"), "r1", "chat", new Body("/me retracted"), new Retraction("c2")));

        Assert.That((await MailAsync()).TextBody!.TrimEnd(), Is.EqualTo("Not that one"));
        Assert.That((host.Heard.Count, stage.Told().Single().Body), Is.EqualTo((0, "Taken back in time: the message was not sent.")));
    }

    [Test]
    public async Task What_is_described_survives_a_restart_in_the_hold_window()
    {
        var photo = RandomNumberGenerator.GetBytes(10_000);
        var url = Host(photo, "application/octet-stream");
        await stage.SayAsync(SenderStage.Message(url, "c1", more: new FileSharing(
            new FileMetadata { Name = "Sommer.webp", MediaType = "image/webp", Size = 10_000, Sha256 = Convert.ToBase64String(SHA256.HashData(photo)) }, [url])));
        stage.Restart();
        await stage.Spool.RecoverAsync();

        var part = (await MailAsync()).BodyParts.Single();

        Assert.That((part.ContentType.MimeType, part.ContentDisposition!.FileName), Is.EqualTo(("image/webp", "Sommer.webp")));
        Assert.That(Octets(part), Is.EqualTo(photo));
    }

    [Test]
    public async Task A_disk_that_fails_behind_the_fetch_loses_nothing()
    {
        await stage.SayAsync(Link(Host([1, 2, 3], "image/png"), "c1"));
        await stage.Store.Database.BreakAsync("BEFORE INSERT ON sent_line");
        await AfterAsync(10);
        await stage.Store.Database.MendAsync();
        Assert.That(stage.Sender.Mails, Is.Empty);

        await AfterAsync(70);
        await stage.WorkAsync();

        Assert.That(Octets(Mail().BodyParts.Single()), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(stage.Told(), Is.Empty);
    }

    [Test]
    public async Task Without_room_on_the_disk_a_mail_goes_with_the_link()
    {
        using var full = new SenderStage { MaxFetchSize = long.MaxValue / 4 };
        await full.SayAsync(Link("http://files.test/a.png", "c1"));
        await full.WorkAsync();
        Assert.That((await full.Store.Queue.ListAsync(QueueFilter.All, default)).Single().LastError, Does.Contain("no room for files on our disk"));
        full.Time.Advance(TimeSpan.FromSeconds(90));
        await full.WorkAsync();

        Assert.That(full.Sender.Mails.Single().Text, Does.Contain("http://files.test/a.png"));
        Assert.That(full.Told().Single().Body, Does.Contain("a link instead of the file a.png"));
    }

    [Test]
    public async Task Files_that_are_announced_as_too_large_for_one_mail_are_two_mails()
    {
        for (var i = 0; i < 3; i++)
        {
            var url = $"http://files.test/{i}";
            await stage.SayAsync(SenderStage.Message(url, $"c{i}", more: new FileSharing(new FileMetadata { Size = 9_000_000 }, [url])));
        }

        await stage.SayAsync(SenderStage.Message("The first two, and the third", "c9"));

        Assert.That(await AfterAsync(10), Is.EqualTo(2));
    }

    [Test]
    public async Task More_files_than_a_mail_may_have_are_two_mails()
    {
        for (var i = 0; i < 21; i++)
            await stage.SayAsync(Link(Host([1], "image/png"), $"c{i}"));

        Assert.That(await AfterAsync(10), Is.EqualTo(2));
    }

    private const string Busy = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";

    private static Stanza Link(string url, string id, string to = "bob%mail.test@smtp.example") => SenderStage.Message(url, id, to, more: new OutOfBandData(url));

    private static string Url(FakeWebHost host) => $"http://files.test:{host.Port}/f%C3%BCr.jpg";

    private static byte[] Octets(MimeEntity part)
    {
        using var octets = new MemoryStream();
        ((MimePart)part).Content!.DecodeTo(octets);
        return octets.ToArray();
    }

    private string Host(byte[] file, string type) => Url(Kept(FakeWebHost.With(file, $"Content-Type: {type}\r\n")));

    private FakeWebHost Kept(FakeWebHost host)
    {
        hosts.Add(host);
        return host;
    }

    private MimeMessage Mail() => MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(stage.Sender.Mails[^1].Text)));

    /// <summary>Fetched in one step, delivered in the next.</summary>
    private async Task<MimeMessage> MailAsync()
    {
        await AfterAsync(10);
        await stage.WorkAsync();
        return Mail();
    }

    private Task<int> AfterAsync(int seconds)
    {
        stage.Time.Advance(TimeSpan.FromSeconds(seconds));
        return stage.WorkAsync();
    }
}
