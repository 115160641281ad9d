using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>Each scenario with a server whose upload service has a trouble of its own.</summary>
internal sealed class Files_cannot_be_uploaded(ServerKind server) : Scenario(server)
{
    private readonly SentFile file = SentFile.Random("plan.pdf", 300_000);

    [Test]
    public async Task The_service_is_away_and_comes_back()
    {
        var way = Keep(new TcpForwarder());
        var uploads = new Uploads { AdvertisedPort = way.Port };
        var (gateway, alice) = await StartGatewayAsync(uploads);

        await SendAsync(gateway, alice);
        await alice.MessageAsync("Here it is.");
        await Patience.UntilAsync("the file waits", async () => (await gateway.QueueAsync()) is [var item] && item.GetProperty("state").GetString() == "deferred");
        way.Open(uploads.Port);

        await FileMessages.ArrivesAsync(alice, file);
        Assert.That(alice.Messages.Count(FileMessages.IsFile), Is.EqualTo(1));
        Assert.That(alice.Messages.Single(message => message.Element("body")!.Value.StartsWith("[Still on its way: plan.pdf", StringComparison.Ordinal)), Is.Not.Null, "told once");
    }

    [Test]
    public async Task The_file_is_too_large_and_its_reader_is_told()
    {
        var (gateway, alice) = await StartGatewayAsync(new Uploads(MaxFileSize: 100_000));

        await SendAsync(gateway, alice);

        var told = await alice.MessageAsync("[Not delivered: plan.pdf");
        Assert.That(told.Element("body")!.Value, Does.Contain("no files larger than 0.1 MB"));
        Assert.That(gateway.Log, Does.Not.Contain("report"), "The sender hears nothing of it.");
    }

    [Test]
    public async Task The_service_lets_no_gateway_in_and_says_so_once()
    {
        var (gateway, alice) = await StartGatewayAsync(new Uploads(IsForGateways: false));

        await SendAsync(gateway, alice);
        await alice.MessageAsync("[Not delivered: plan.pdf");
        await SendAsync(gateway, alice);

        await alice.MessageAsync("[Attached: plan.pdf");
    }

    private async Task SendAsync(GatewayProcess gateway, ChatClient alice)
    {
        var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, "bob@mail.test", alice.BareJid, MailWithFiles.Of(alice.BareJid, "Here it is.", file));
        Assert.That(reply.Code, Is.EqualTo(250), reply.Text);
    }
}
