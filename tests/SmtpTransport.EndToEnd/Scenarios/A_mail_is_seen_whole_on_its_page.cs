using System.Net;
using System.Security.Cryptography;
using System.Text;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class A_mail_is_seen_whole_on_its_page(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(20) };

    [Test]
    public async Task The_link_leads_to_the_page_its_frame_its_files_and_the_very_octets()
    {
        var gateway = await StartAsync();
        var alice = await NewClientAsync();
        var mail = Newsletter(alice.BareJid);

        var link = await SendAsync(gateway, alice, mail, "spring");

        var page = await Http.GetStringAsync(link);
        Assert.That(page, Does.Contain("<h1 dir=\"auto\">News</h1>").And.Contains("bob@mail.test").And.Contains("<iframe ").And.Contains(">plan.pdf</a>"));
        Assert.That(await Http.GetStringAsync(link + "/html"), Does.Contain("<h1>Our spring collection</h1>"));
        Assert.That(Hash(await Http.GetByteArrayAsync(link + "/mail.eml")), Is.EqualTo(Hash(Encoding.UTF8.GetBytes(mail))));
        Assert.That(await Http.GetByteArrayAsync(link + "/file/1/plan.pdf"), Is.EqualTo("%PDF-1.7\n"u8.ToArray()));
    }

    [Test]
    public async Task It_outlives_the_mail_in_the_queue_and_a_restart()
    {
        var gateway = await StartAsync();
        var alice = await NewClientAsync();
        var link = await SendAsync(gateway, alice, Newsletter(alice.BareJid), "spring");

        await gateway.StopAsync();
        await gateway.StartAsync();

        Assert.That(await StatusAsync(link), Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Who_has_the_link_can_end_it_and_it_ends_by_itself()
    {
        var gateway = await StartAsync(configuration => configuration["Web:KeepFor"] = "00:00:05");
        var alice = await NewClientAsync();

        var revoked = await SendAsync(gateway, alice, Newsletter(alice.BareJid, "first"), "first");
        using (var answer = await Http.PostAsync(revoked + "/revoke", null))
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await StatusAsync(revoked), Is.EqualTo(HttpStatusCode.NotFound));

        var left = await SendAsync(gateway, alice, Newsletter(alice.BareJid, "second"), "second");
        await Patience.UntilAsync("the link has expired", async () => await StatusAsync(left) == HttpStatusCode.NotFound);
        await Patience.UntilAsync("its mail is gone", () => Bodies(gateway) == 0);
    }

    [Test]
    public async Task Files_are_fetched_from_us_where_nothing_else_takes_them_and_end_with_the_page()
    {
        var gateway = await StartAsync(configuration => configuration["Files:Via"] = "own");
        var alice = await NewClientAsync();

        var link = await SendAsync(gateway, alice, Newsletter(alice.BareJid), "spring");
        var file = (await FileMessages.FileAsync(alice, "plan.pdf")).Element("body")!.Value;

        Assert.That(file, Does.StartWith($"http://127.0.0.1:{gateway.Configuration.WebPort}/m/").And.EndsWith("/plan.pdf"));
        using (var fetched = await Http.GetAsync(file))
        {
            Assert.That(await fetched.Content.ReadAsByteArrayAsync(), Is.EqualTo("%PDF-1.7\n"u8.ToArray()));
            Assert.That(fetched.Content.Headers.ContentDisposition!.ToString(), Is.EqualTo("attachment; filename=plan.pdf; filename*=UTF-8''plan.pdf"));
            Assert.That(fetched.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
        }

        using (await Http.PostAsync(link + "/revoke", null))
            Assert.That(await StatusAsync(file), Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task A_long_text_has_its_beginning_in_the_chat_and_its_end_on_the_page()
    {
        var gateway = await StartAsync();
        var alice = await NewClientAsync();
        var end = Text.Unique("end");
        var body = string.Concat(Enumerable.Range(0, 2000).Select(i => $"Sentence number {i} of a long story that goes on and on. And it has another one.\r\n\r\n")) + end;

        var link = await SendAsync(gateway, alice, Text.Mail(Bob, alice.BareJid, "Story", body), "Sentence number 0");

        Assert.That(alice.Messages.Count(), Is.EqualTo(1));
        Assert.That(alice.Messages.Single().Element("body")!.Value, Does.Not.Contain(end).And.Contains("[Cut here"));
        Assert.That(await Http.GetStringAsync(link), Does.Contain(end));
    }

    [Test]
    public async Task What_is_said_whole_has_no_link()
    {
        var gateway = await StartAsync();
        var alice = await NewClientAsync();

        await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "Hi", "just words"));

        Assert.That((await alice.MessageAsync("just words")).Element("body")!.Value, Does.Not.Contain("/m/"));
    }

    private Task<GatewayProcess> StartAsync(Action<Support.GatewayConfiguration>? change = null) => StartGatewayAsync(configuration =>
    {
        configuration["Web:PublicUrl"] = $"http://127.0.0.1:{configuration.WebPort}";
        change?.Invoke(configuration);
    });

    private static async Task<string> SendAsync(GatewayProcess gateway, ChatClient to, string mail, string containing)
    {
        var reply = await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, to.BareJid, mail);
        Assert.That(reply.Code, Is.EqualTo(250));
        var body = (await to.MessageAsync(containing)).Element("body")!.Value;
        return body.Split('\n').Single(line => line.StartsWith("Whole mail: ", StringComparison.Ordinal))["Whole mail: ".Length..];
    }

    private static async Task<HttpStatusCode> StatusAsync(string link)
    {
        using var answer = await Http.GetAsync(link);
        return answer.StatusCode;
    }

    private static long Bodies(GatewayProcess gateway)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={gateway.Configuration.StorageFile};Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM body_chunk";
        return (long)command.ExecuteScalar()!;
    }

    private static string Newsletter(string to, string about = "spring") =>
        $"""
        From: Bob <{Bob}>
        To: {to}
        Subject: News
        Message-ID: <{Text.Unique()}@mail.test>
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=m

        --m
        Content-Type: text/html; charset=utf-8

        <h1>Our {about} collection</h1><p>It has <b>three</b> colours.</p>
        --m
        Content-Type: application/pdf; name=plan.pdf
        Content-Disposition: attachment; filename=plan.pdf
        Content-Transfer-Encoding: base64

        JVBERi0xLjcK
        --m--

        """.ReplaceLineEndings("\r\n");

    private static string Hash(byte[] octets) => Convert.ToHexString(SHA256.HashData(octets));
}
