using System.Xml.Linq;
using Microsoft.Extensions.Logging.Abstractions;
using SmtpTransport.Gateway.Files;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Mail.Fetching;
using SmtpTransport.Tests.Gateway.Storage;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.Files;

/// <summary>The server's upload service (XEP-0363): found, asked for a slot, and given the file over real HTTP.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class FileUploadTests : IDisposable
{
    private static readonly Jid Service = Jid.Parse("upload.example.org");
    private static readonly byte[] Octets = "the file"u8.ToArray();

    private readonly FakeUploadHost host = new();
    private readonly FakeLink link = new();
    private readonly TestTime time = new();
    private readonly UploadService service;
    private readonly FileUpload upload;
    private string? maxFileSize = "1000";
    private StanzaError? refusal;
    private XElement? because;
    private bool isThere = true;

    public FileUploadTests()
    {
        link.OnQuery = Answer;
        service = new UploadService(link, AddressMaps.Options, time, NullLogger<UploadService>.Instance);
        var put = new FilePut(new DeliveryOptions { Hostname = "mx.example.org" }, new FakeDns(), time);
        upload = new FileUpload(service, link, put, time, NullLogger<FileUpload>.Instance);
    }

    private IEnumerable<Stanza> SlotRequests => link.Sent.Where(stanza => stanza.Payload<UploadRequest>() is not null);

    public void Dispose()
    {
        host.Dispose();
        service.Dispose();
    }

    [Test]
    public async Task A_file_is_put_where_the_service_says_and_its_address_comes_back()
    {
        var placement = await upload.PlaceAsync(File(), default);

        Assert.That(placement, Is.EqualTo(new Placement.Placed("https://upload.example.org/get/a.bin")));
        var put = host.Files.Single();
        Assert.That((put.Method, put.ContentType, put.Length, put.Authorization), Is.EqualTo(("PUT", "application/x-thing", (long)Octets.Length, "Bearer t")));
        Assert.That(put.Octets, Is.EqualTo(Octets));
        Assert.That(SlotRequests.Single().From.ToString(), Is.EqualTo("bob%mail.test@smtp.example"), "quotas count per JID");
        Assert.That(SlotRequests.Single().Payload<UploadRequest>(), Is.EqualTo(new UploadRequest("a.bin", Octets.Length, "application/x-thing")));
    }

    [Test]
    public async Task The_service_is_looked_for_once_and_again_after_a_new_link()
    {
        await upload.PlaceAsync(File(), default);
        await upload.PlaceAsync(File(), default);
        var asked = link.Sent.Count(stanza => stanza.Payload<DiscoItems>() is not null);
        service.LinkUp();
        await upload.PlaceAsync(File(), default);

        Assert.That(link.Sent.Count(stanza => stanza.Payload<DiscoItems>() is not null), Is.EqualTo(2 * asked));
    }

    [Test]
    public async Task Too_large_a_file_is_not_even_asked_for()
    {
        maxFileSize = "7";

        Assert.That(await upload.PlaceAsync(File(), default), Is.EqualTo(new Placement.Refused("the server takes no files larger than 0 MB")));
        Assert.That(SlotRequests, Is.Empty);
    }

    [Test]
    public async Task A_service_that_finds_it_too_large_is_believed()
    {
        maxFileSize = null;
        refusal = new StanzaError(StanzaErrorType.Modify, "not-acceptable", "File too large");

        Assert.That(await upload.PlaceAsync(File(), default), Is.EqualTo(new Placement.Refused("it is too large for the server")));
    }

    [Test]
    public async Task A_limit_that_has_changed_is_told_as_it_is()
    {
        refusal = new StanzaError(StanzaErrorType.Modify, "not-acceptable", "File too large");
        because = new FileTooLarge(2 * 1024 * 1024).ToXml();

        Assert.That(await upload.PlaceAsync(File(), default), Is.EqualTo(new Placement.Refused("the server takes no files larger than 2 MB")));
    }

    [Test]
    public async Task A_kind_of_file_that_the_server_does_not_want_is_not_called_too_large()
    {
        refusal = new StanzaError(StanzaErrorType.Modify, "not-acceptable", "File type not allowed");

        Assert.That(await upload.PlaceAsync(File(), default), Is.EqualTo(new Placement.Refused("the server does not take this file: File type not allowed")));
    }

    [Test]
    public async Task A_service_that_lets_nobody_in_is_left_alone_for_an_hour()
    {
        refusal = new StanzaError(StanzaErrorType.Auth, "forbidden");
        Assert.That(await upload.PlaceAsync(File(), default), Is.TypeOf<Placement.Refused>());
        Assert.That(service.MayWork, Is.False);
        await upload.PlaceAsync(File(), default);
        Assert.That(SlotRequests.Count(), Is.EqualTo(1));

        refusal = null;
        time.Advance(TimeSpan.FromHours(1));
        Assert.That(await upload.PlaceAsync(File(), default), Is.TypeOf<Placement.Placed>());
        Assert.That(service.MayWork, Is.True);
    }

    [Test]
    public async Task A_full_quota_holds_up_no_other_contact()
    {
        refusal = new StanzaError(StanzaErrorType.Wait, "resource-constraint", "Daily quota reached");
        Assert.That(await upload.PlaceAsync(File(), default), Is.EqualTo(new Placement.NotNow("the upload service says: Daily quota reached")));

        refusal = null;
        Assert.That(await upload.PlaceAsync(File(), default), Is.TypeOf<Placement.Placed>());
    }

    [Test]
    public async Task A_service_that_fails_is_tried_again_in_seconds_and_then_left_alone_for_a_while()
    {
        host.Status = 503;
        var placing = upload.PlaceAsync(File(), default);
        foreach (var pause in new[] { 1, 2 })
        {
            await time.Timer(TimeSpan.FromSeconds(pause));
            time.Advance(TimeSpan.FromSeconds(pause));
        }

        Assert.That(await placing, Is.EqualTo(new Placement.NotNow("the upload service answers 503") { IsGeneral = true, MayPass = true }));
        Assert.That(host.Files, Has.Count.EqualTo(3));
        Assert.That(await upload.PlaceAsync(File(), default), Is.TypeOf<Placement.NotNow>());
        Assert.That(host.Files, Has.Count.EqualTo(3));
        host.Status = 201;
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(await upload.PlaceAsync(File(), default), Is.TypeOf<Placement.Placed>());
    }

    [Test]
    public async Task A_server_without_the_service_says_so_and_is_asked_again_later()
    {
        isThere = false;
        Assert.That(service.MayWork, Is.True, "nothing is known yet");
        Assert.That(await upload.PlaceAsync(File(), default), Is.EqualTo(new Placement.Refused("the server takes no files from the mail gateway")));
        Assert.That(service.MayWork, Is.False);

        isThere = true;
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.That(service.MayWork, Is.False, "it looks in the background");
        Assert.That(service.MayWork, Is.True);
    }

    [Test]
    public async Task A_service_that_does_not_answer_is_not_waited_for_again_and_again()
    {
        link.OnQuery = iq => iq.Payload<UploadRequest>() is null ? Answer(iq) : null;
        var placing = upload.PlaceAsync(File(), default);
        await time.Timer(TimeSpan.FromSeconds(20));
        time.Advance(TimeSpan.FromSeconds(20));

        Assert.That(await placing, Is.EqualTo(new Placement.NotNow("the upload service does not answer") { IsGeneral = true }));
        Assert.That(SlotRequests.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task With_the_link_down_nothing_is_decided()
    {
        link.OnQuery = _ => throw new LinkDownException();
        var placing = upload.PlaceAsync(File(), default);
        foreach (var pause in new[] { 1, 2 })
        {
            await time.Timer(TimeSpan.FromSeconds(pause));
            time.Advance(TimeSpan.FromSeconds(pause));
        }

        Assert.That(await placing, Is.EqualTo(new Placement.NotNow("the link to the XMPP server is down") { IsGeneral = true, MayPass = true }));
        Assert.That(service.MayWork, Is.True);
    }

    private static OutgoingFile File() => new(Jid.Parse("bob%mail.test@smtp.example"), SpoolStage.Fingerprint(SpoolStage.Alice), 1)
    {
        RecipientId = 1,
        Name = "a.bin",
        MediaType = "application/x-thing",
        Size = Octets.Length,
        WriteToAsync = (stream, cancellation) => stream.WriteAsync(Octets, cancellation).AsTask(),
    };

    private Stanza Answer(Stanza iq) => iq switch
    {
        _ when iq.Payload<DiscoItems>() is not null && iq.To.ToString() == "example.org" => iq.Result(new DiscoItems { Items = [new DiscoItem(Jid.Parse("smtp.example")), new DiscoItem(Service)] }),
        _ when iq.Payload<DiscoInfo>() is not null && iq.To == Service && isThere => iq.Result(new DiscoInfo
        {
            Features = ["urn:xmpp:http:upload:0"],
            Forms = maxFileSize is null ? [] : [new DataForm("result", [new DataField("FORM_TYPE", ["urn:xmpp:http:upload:0"]), new DataField("max-file-size", [maxFileSize])])],
        }),
        _ when iq.Payload<UploadRequest>() is not null && refusal is not null => Refusal(iq),
        _ when iq.Payload<UploadRequest>() is not null => iq.Result(new UploadSlot(new Uri(host.Url, "put"), new Uri("https://upload.example.org/get/a.bin"))
        {
            Headers = [KeyValuePair.Create("Authorization", "Bearer t")],
        }),
        _ => iq.Error(new StanzaError(StanzaErrorType.Cancel, "service-unavailable"))!,
    };

    private Stanza Refusal(Stanza iq)
    {
        var refused = iq.Error(refusal!)!;
        refused.Element.Element(StanzaError.ElementName)!.Add(because);
        return refused;
    }
}
