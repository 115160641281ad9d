using Microsoft.Extensions.Logging.Abstractions;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Files;
using SmtpTransport.Gateway.Links;
using SmtpTransport.Mail.Fetching;
using SmtpTransport.Tests.Support;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.Files;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class UploadOriginsTests : IDisposable
{
    private static readonly Jid Service = Jid.Parse("upload.example.org");

    private readonly TestTime time = new();
    private readonly FakeLink link = new();
    private readonly UploadService service;
    private readonly UploadOrigins origins;
    private int slots;

    public UploadOriginsTests()
    {
        var addresses = new AddressOptions { Component = Jid.Parse("smtp.example"), Users = ["example.org"], LocalDomains = ["example.org"] };
        link.OnQuery = Answer;
        service = new UploadService(link, addresses, time, NullLogger<UploadService>.Instance);
        origins = new UploadOrigins(
            new PublicLinkOptions { PublicUrl = new Uri("https://mail.example.org/gateway") }, service, link, addresses, time, NullLogger<UploadOrigins>.Instance);
    }

    private static WebOrigin Own => new("https", "mail.example.org", 443);

    private StanzaError? Refusal { get; set; }

    public void Dispose() => service.Dispose();

    [Test]
    public async Task The_upload_service_is_where_its_slots_say_and_our_own_pages_where_they_are_published()
    {
        Assert.That(await origins.FindAsync(default), Is.EquivalentTo(new[] { Own, new WebOrigin("http", "files.lan", 5280) }));
        await origins.FindAsync(default);
        Assert.That(slots, Is.EqualTo(1), "not asked for every mail");

        time.Advance(TimeSpan.FromHours(1));
        await origins.FindAsync(default);
        Assert.That(slots, Is.EqualTo(2), "it may have moved");
    }

    [Test]
    public async Task A_service_that_gives_us_no_slot_is_not_ours_and_asked_again_soon()
    {
        Refusal = new StanzaError(StanzaErrorType.Auth, "forbidden");
        Assert.That(await origins.FindAsync(default), Is.EquivalentTo(new[] { Own }));

        Refusal = null;
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await origins.FindAsync(default), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Without_an_answer_private_addresses_stay_out_of_reach()
    {
        link.OnQuery = _ => null;
        var finding = origins.FindAsync(default);
        await time.Timer(TimeSpan.FromSeconds(10));
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.That(await finding, Is.EquivalentTo(new[] { Own }));
    }

    private Stanza? Answer(Stanza iq)
    {
        if (iq.Payload<DiscoItems>() is not null)
            return iq.Result(iq.To == Service ? null : new DiscoItems { Items = [new DiscoItem(Service)] });
        if (iq.Payload<DiscoInfo>() is not null)
            return iq.Result(new DiscoInfo { Features = iq.To == Service ? [UploadRequest.Namespace.NamespaceName] : [] });
        slots++;
        return Refusal is { } refusal ? iq.Error(refusal) : iq.Result(new UploadSlot(new Uri("http://files.lan:5280/put/1"), new Uri("http://files.lan:5280/get/1")));
    }
}
