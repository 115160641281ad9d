using System.Security.Cryptography;
using System.Xml.Linq;
using MimeKit;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>From the server's own upload service (XEP-0363), which lies at a private address here.</summary>
internal sealed class Files_of_users_go_with_their_mail(ServerKind server) : Scenario(server)
{
    protected override bool OwnServer => true;

    protected override XmppServer NewServer() => XmppServer.Create(Kind, uploads: new Uploads());

    [Test]
    public async Task Octet_by_octet_up_to_20_MB()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var film = RandomNumberGenerator.GetBytes(20_000_000);
        var url = await ChatUpload.UploadAsync(alice, "Ferienfilm.mp4", film);

        var sent = alice.SendMessage(Contact("bob@mail.test"), url, ChatUpload.OutOfBand(url), new XElement(Names.Receipts + "request"));

        var mail = (await Sink.MailAsync("Ferien", TimeSpan.FromMinutes(2))).Parse();
        await alice.ReceiptAsync(sent);
        var part = (MimePart)mail.Attachments.Single();
        Assert.Multiple(() =>
        {
            Assert.That(part.FileName, Is.EqualTo("Ferienfilm.mp4"));
            Assert.That(Hash(part), Is.EqualTo(Convert.ToHexString(SHA256.HashData(film))));
            Assert.That(mail.TextBody, Is.Null.Or.Empty);
            Assert.That(gateway.Memory() / 1_000_000, Is.LessThanOrEqualTo(300), "megabytes at the most");
        });
        Assert.That(await gateway.PageAsync("/metrics"), Does.Match("""smtptransport_shared_files_total\{[^}]*result="attached"[^}]*\} 1"""));
    }

    [Test]
    public async Task A_text_and_its_files_are_one_mail_also_when_the_gateway_is_killed_meanwhile()
    {
        var gateway = await StartGatewayAsync(configuration => configuration["Delivery:HoldFor"] = "00:00:05");
        var alice = await NewClientAsync();
        var (photo, plan) = (RandomNumberGenerator.GetBytes(70_000), RandomNumberGenerator.GetBytes(2_000_000));
        var (first, second) = (await ChatUpload.UploadAsync(alice, "photo.png", photo), await ChatUpload.UploadAsync(alice, "plan.pdf", plan));

        alice.SendMessage(Contact("bob@mail.test"), "Two files for you");
        alice.SendMessage(Contact("bob@mail.test"), first, ChatUpload.OutOfBand(first));
        alice.SendMessage(Contact("bob@mail.test"), second, SharedAs("Plan.pdf", "application/pdf", plan, second));
        await Patience.UntilAsync("all are accepted", () => gateway.Log.Split("accepted as a draft").Length > 3);
        await gateway.KillAsync();
        await gateway.StartAsync();

        var mail = (await Sink.MailAsync("Two files for you")).Parse();
        var parts = mail.BodyParts.OfType<MimePart>().Where(part => part.FileName is not null).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(mail.TextBody!.Trim(), Is.EqualTo("Two files for you"));
            Assert.That(parts.Select(part => (part.FileName, part.ContentDisposition!.Disposition)), Is.EqualTo(new[] { ("photo.png", "inline"), ("Plan.pdf", "attachment") }));
            Assert.That(parts.Select(Hash), Is.EqualTo(new[] { photo, plan }.Select(file => Convert.ToHexString(SHA256.HashData(file)))));
            Assert.That(Sink.Mails.All, Has.Count.EqualTo(1));
        });
    }

    [Test]
    public async Task What_is_gone_or_too_large_stays_a_link_and_the_user_is_told()
    {
        await StartGatewayAsync(configuration => configuration["Files:MaxFetchSize"] = 1_000_000);
        var alice = await NewClientAsync();
        var large = await ChatUpload.UploadAsync(alice, "large.bin", new byte[1_000_001]);
        var gone = new Uri(new Uri(large), "/nothing/gone.bin").ToString();

        alice.SendMessage(Contact("bob@mail.test"), large, ChatUpload.OutOfBand(large));
        var tooLarge = await Sink.MailAsync("large.bin");
        alice.SendMessage(Contact("bob@mail.test"), gone, ChatUpload.OutOfBand(gone));
        var lost = await Sink.MailAsync("gone.bin");

        Assert.That(tooLarge.Parse().TextBody!.Trim(), Is.EqualTo(large));
        Assert.That(lost.Parse().TextBody!.Trim(), Is.EqualTo(gone));
        await alice.MessageAsync("a link instead of the file large.bin: it is larger than the 1 MB that a mail may carry");
        await alice.MessageAsync("a link instead of the file gone.bin: its server answers 40");
    }

    [Test]
    public async Task Nothing_else_in_our_own_network_is_fetched()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var secret = $"http://127.0.0.1:{gateway.Configuration.WebPort}/metrics";

        alice.SendMessage(Contact("bob@mail.test"), secret, ChatUpload.OutOfBand(secret));

        Assert.That((await Sink.MailAsync("/metrics")).Text, Does.Not.Contain("smtptransport_"));
        await alice.MessageAsync("the mail gateway may not fetch from that address");
    }

    [Test]
    public async Task An_encrypted_file_is_refused_with_an_explanation()
    {
        await StartGatewayAsync();
        var alice = await NewClientAsync();

        var sent = alice.SendMessage(Contact("bob@mail.test"), "aesgcm://upload.xmpp.test/x.jpg#00", ChatUpload.OutOfBand("aesgcm://upload.xmpp.test/x.jpg#00"));

        var error = await alice.ErrorAsync(sent);
        Assert.That(error.Descendants().Select(element => element.Name.LocalName), Does.Contain("not-acceptable"));
        Assert.That(error.Descendants(Names.StanzaErrors + "text").Single().Value, Does.Contain("Turn encryption off"));
    }

    private static XElement SharedAs(string name, string type, byte[] file, string url)
    {
        var source = XNamespace.Get("http://jabber.org/protocol/url-data") + "url-data";
        return new XElement(Names.FileSharing + "file-sharing",
            new XElement(Names.FileMetadata + "file",
                new XElement(Names.FileMetadata + "media-type", type),
                new XElement(Names.FileMetadata + "name", name),
                new XElement(Names.FileMetadata + "size", file.Length),
                new XElement(Names.Hashes + "hash", new XAttribute("algo", "sha-256"), Convert.ToBase64String(SHA256.HashData(file)))),
            new XElement(Names.FileSharing + "sources", new XElement(source, new XAttribute("target", url))));
    }

    private static string Hash(MimePart part)
    {
        using var octets = part.Content!.Open();
        return Convert.ToHexString(SHA256.HashData(octets));
    }
}
