using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>On servers without an upload service.</summary>
internal sealed class Files_are_served_by_the_gateway(ServerKind server) : Scenario(server)
{
    private static readonly HttpClient Http = new();

    [Test]
    public async Task Each_has_a_link_of_its_own_that_only_its_reader_knows()
    {
        var gateway = await StartGatewayAsync(Serve);
        var alice = await NewClientAsync();
        SentFile[] files = [SentFile.Random("plan.pdf", 1234), SentFile.Random("Fotos für Oma.zip", 20_000_000)];

        var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, "bob@mail.test", alice.BareJid, MailWithFiles.Of(alice.BareJid, "Here they are.", files));
        Assert.That(reply.Code, Is.EqualTo(250), reply.Text);

        foreach (var file in files)
            await FileMessages.ArrivesAsync(alice, file);
    }

    [Test]
    public async Task A_browser_saves_it_and_runs_nothing_of_it()
    {
        var gateway = await StartGatewayAsync(Serve);
        var alice = await NewClientAsync();
        var page = new SentFile("evil.html", "<script>alert(1)</script>"u8.ToArray());
        await SmtpConversation.MailAsync(gateway.SmtpPort, "bob@mail.test", alice.BareJid, MailWithFiles.Of(alice.BareJid, "Look.", page));
        var url = new Uri((await FileMessages.FileAsync(alice, "evil.html")).Element("body")!.Value);

        using var head = await Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, url));
        Assert.That((int)head.StatusCode, Is.EqualTo(200));
        Assert.That(head.Content.Headers.ContentLength, Is.EqualTo(page.Octets.Length));
        Assert.That(head.Content.Headers.ContentDisposition!.DispositionType, Is.EqualTo("attachment"));
        Assert.That(head.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(["nosniff"]));
        Assert.That(string.Join(' ', head.Headers.GetValues("Content-Security-Policy")), Does.Contain("default-src 'none'").And.Contain("sandbox"));

        using var guessed = await Http.GetAsync(new Uri(url, "/m/AAAAAAAAAAAAAAAAAAAAAAAA/evil.html"));
        Assert.That((int)guessed.StatusCode, Is.EqualTo(404));
    }

    [Test]
    public async Task What_the_upload_service_does_not_take_is_served()
    {
        var strict = new Uploads(MaxFileSize: 10_000);
        var (gateway, alice) = await StartGatewayAsync(strict, ServeTheRest);
        SentFile[] files = [SentFile.Random("small.bin", 9_000), SentFile.Random("large.bin", 90_000)];

        await SmtpConversation.MailAsync(gateway.SmtpPort, "bob@mail.test", alice.BareJid, MailWithFiles.Of(alice.BareJid, "Two ways.", files));

        foreach (var file in files)
            await FileMessages.ArrivesAsync(alice, file);
        Assert.That((await FileMessages.FileAsync(alice, "small.bin")).Element("body")!.Value, Does.Contain($":{strict.Port}/"));
        Assert.That((await FileMessages.FileAsync(alice, "large.bin")).Element("body")!.Value, Does.Contain($":{gateway.Configuration.WebPort}/m/"));
    }

    [Test]
    public async Task What_goes_beyond_the_quota_of_a_day_is_served()
    {
        var strict = new Uploads { DailyQuota = 400_000 };
        var (gateway, alice) = await StartGatewayAsync(strict, ServeTheRest);
        SentFile[] files = [SentFile.Random("first.bin", 300_000), SentFile.Random("second.bin", 300_000)];

        foreach (var file in files)
        {
            await SmtpConversation.MailAsync(gateway.SmtpPort, "bob@mail.test", alice.BareJid, MailWithFiles.Of(alice.BareJid, "One more.", file));
            await FileMessages.ArrivesAsync(alice, file);
        }

        var port = Kind == ServerKind.Prosody ? gateway.Configuration.WebPort : strict.Port;
        Assert.That((await FileMessages.FileAsync(alice, "second.bin")).Element("body")!.Value, Does.Contain($":{port}/"));
    }

    private static void Serve(GatewayConfiguration configuration)
    {
        configuration["Web:PublicUrl"] = $"http://127.0.0.1:{configuration.WebPort}";
        configuration["Files:Via"] = "own";
        configuration["Smtp:MaxMessageSize"] = 40_000_000;
    }

    private static void ServeTheRest(GatewayConfiguration configuration)
    {
        Serve(configuration);
        configuration["Files:Via"] = "auto";
    }
}
