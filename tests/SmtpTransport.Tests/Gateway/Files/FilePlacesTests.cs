using Microsoft.Extensions.Logging.Abstractions;
using SmtpTransport.Gateway.Files;
using SmtpTransport.Gateway.Links;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Mail.Fetching;
using SmtpTransport.Tests.Gateway.Storage;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.Files;

/// <summary>What <c>Files:Via</c> and <c>Web:PublicUrl</c> come to. The server here has no upload service.</summary>
internal sealed class FilePlacesTests
{
    private static readonly Uri Public = new("https://mail.example.org");

    [TestCase(FileWay.Auto, ExpectedResult = true)]
    [TestCase(FileWay.Own, ExpectedResult = true)]
    [TestCase(FileWay.Upload, ExpectedResult = false)]
    public async Task<bool> Without_an_upload_service_our_own_links_serve(FileWay via)
    {
        var (places, _) = Places(via, Public);
        var placement = await places.PlaceAsync(File(1), default);
        if (placement is not Placement.Placed placed)
            return false;
        Assert.That(placed.Url, Is.EqualTo(placed.Link!.Url + "/a.bin").And.StartWith("https://mail.example.org/m/"));
        Assert.That(placed.Link.Part, Is.EqualTo(1));
        return true;
    }

    [Test]
    public async Task With_neither_there_is_no_place_and_that_is_known_from_then_on()
    {
        var (places, _) = Places(FileWay.Auto, null);
        Assert.That(places.AreThere, Is.True, "nothing is known yet");

        Assert.That(await places.PlaceAsync(File(1), default), Is.TypeOf<Placement.Refused>());
        Assert.That(places.AreThere, Is.False);
    }

    [Test]
    public async Task Who_wants_own_links_alone_has_the_server_asked_nothing()
    {
        var (places, link) = Places(FileWay.Own, Public);

        Assert.That(await places.PlaceAsync(File(1), default), Is.TypeOf<Placement.Placed>());
        Assert.That(link.Sent, Is.Empty);
    }

    [Test]
    public async Task An_archive_is_no_part_of_the_mail_and_has_no_own_link()
    {
        var (places, _) = Places(FileWay.Auto, Public);

        Assert.That(await places.PlaceAsync(File(MailPart.Archive), default), Is.TypeOf<Placement.Refused>());
    }

    private static (FilePlaces Places, FakeLink Link) Places(FileWay via, Uri? publicUrl)
    {
        var time = new TestTime();
        var link = new FakeLink();
        var service = new UploadService(link, AddressMaps.Options, time, NullLogger<UploadService>.Instance);
        var put = new FilePut(new DeliveryOptions { Hostname = "mx.example.org" }, new FakeDns(), time);
        var upload = new FileUpload(service, link, put, time, NullLogger<FileUpload>.Instance);
        return (new FilePlaces(new FilesOptions { Via = via }, service, upload, new PublicLinks(new PublicLinkOptions { PublicUrl = publicUrl }, new byte[32], time)), link);
    }

    private static OutgoingFile File(int part) => new(Jid.Parse("bob%mail.test@smtp.example"), SpoolStage.Fingerprint(SpoolStage.Alice), part)
    {
        Name = "a.bin",
        MediaType = "application/octet-stream",
        Size = 1,
        WriteToAsync = (_, _) => Task.CompletedTask,
    };
}
