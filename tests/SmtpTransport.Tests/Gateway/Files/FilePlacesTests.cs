using Microsoft.Extensions.Logging.Abstractions;
using SmtpTransport.Gateway.Files;
using SmtpTransport.Gateway.Links;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Storage;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Mail.Fetching;
using SmtpTransport.Tests.Gateway.Storage;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.Files;

/// <summary>What <c>Files:Via</c> and <c>Web:PublicUrl</c> come to. The server here has no upload service.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class FilePlacesTests : IDisposable
{
    private static readonly Uri Public = new("https://mail.example.org");

    private readonly SpoolStage spool = new();
    private readonly FakeLink link = new();

    public void Dispose() => spool.Dispose();

    [TestCase(FileWay.Auto, ExpectedResult = true)]
    [TestCase(FileWay.Own, ExpectedResult = true)]
    [TestCase(FileWay.Upload, ExpectedResult = false)]
    public async Task<bool> Without_an_upload_service_our_own_links_serve(FileWay via) =>
        await Places(via, Public).PlaceAsync(File(1), default) is Placement.Placed { IsOwn: true };

    [Test]
    public async Task An_own_link_is_good_before_anybody_learns_of_it_and_keeps_the_mail_for_as_long()
    {
        var mail = await spool.AcceptAsync("alice@example.org");
        var placed = (Placement.Placed)await Places(FileWay.Own, Public).PlaceAsync(File(2, mail.Targets[0].RecipientId), default);

        Assert.That(placed.Url, Does.StartWith("https://mail.example.org/m/").And.EndWith("/a.bin"));
        var links = new SqlLinks(spool.Database.Current, spool.Time);
        var token = placed.Url.Split('/')[^2];
        Assert.That(links.Find(token)!.Part, Is.EqualTo(2));

        await spool.Spool.SettleAsync(mail.Id, [spool.Taken(mail)], []);
        spool.Time.Advance(TimeSpan.FromDays(29));
        await spool.SweepAsync();
        Assert.That((links.Find(token) is not null, spool.Database.Count("body")), Is.EqualTo((true, 1)));
        spool.Time.Advance(TimeSpan.FromDays(1));
        await spool.SweepAsync();
        Assert.That((links.Find(token) is not null, spool.Database.Count("body")), Is.EqualTo((false, 0)));
    }

    [Test]
    public async Task A_link_that_its_reader_ended_does_not_come_back()
    {
        var mail = await spool.AcceptAsync("alice@example.org");
        var places = Places(FileWay.Own, Public);
        var file = File(1, mail.Targets[0].RecipientId);
        var placed = (Placement.Placed)await places.PlaceAsync(file, default);
        var links = new SqlLinks(spool.Database.Current, spool.Time);
        var token = placed.Url.Split('/')[^2];

        Assert.That(await links.RevokeAsync(token), Is.True);
        await places.PlaceAsync(file, default);

        Assert.That(links.Find(token), Is.Null);
    }

    [Test]
    public async Task With_neither_there_is_no_place_and_that_is_known_from_then_on()
    {
        var places = Places(FileWay.Auto, null);
        Assert.That((places.AreThere, places.AreCertain), Is.EqualTo((true, false)), "nothing is known yet");

        Assert.That(await places.PlaceAsync(File(1), default), Is.TypeOf<Placement.Refused>());
        Assert.That(places.AreThere, Is.False);
    }

    [Test]
    public async Task Who_wants_own_links_alone_has_the_server_asked_nothing()
    {
        Assert.That(await Places(FileWay.Own, Public).PlaceAsync(File(1), default), Is.TypeOf<Placement.Placed>());
        Assert.That(link.Sent, Is.Empty);
    }

    [Test]
    public async Task An_archive_is_no_part_of_the_mail_and_has_no_own_link() =>
        Assert.That(await Places(FileWay.Auto, Public).PlaceAsync(File(MailPart.Archive), default), Is.TypeOf<Placement.Refused>());

    private FilePlaces Places(FileWay via, Uri? publicUrl)
    {
        var service = new UploadService(link, AddressMaps.Options, spool.Time, NullLogger<UploadService>.Instance);
        var put = new FilePut(new DeliveryOptions { Hostname = "mx.example.org" }, new FakeDns(), spool.Time);
        return new FilePlaces(
            new FilesOptions { Via = via },
            service,
            new FileUpload(service, link, put, spool.Time, NullLogger<FileUpload>.Instance),
            new PublicLinks(new PublicLinkOptions { PublicUrl = publicUrl }, new byte[32], spool.Time),
            new SqlLinks(spool.Database.Current, spool.Time));
    }

    private static OutgoingFile File(int part, long recipientId = 1) => new(Jid.Parse("bob%mail.test@smtp.example"), SpoolStage.Fingerprint(SpoolStage.Alice), part)
    {
        RecipientId = recipientId,
        Name = "a.bin",
        MediaType = "application/octet-stream",
        Size = 1,
        WriteToAsync = (_, _) => Task.CompletedTask,
    };
}
