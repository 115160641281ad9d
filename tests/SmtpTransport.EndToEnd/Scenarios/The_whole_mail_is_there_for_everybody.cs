using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>The page of a mail on a phone, in the dark, and for who listens; in Chromium, with scripts turned off.</summary>
internal sealed class The_whole_mail_is_there_for_everybody(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    // Of each text and what is behind it, as WCAG 2.2 §1.4.3 counts; what is small is not told apart from what is large.
    private const string WorstContrast =
        """
        (() => {
          const parts = c => (c.match(/[\d.]+/g) || []).map(Number);
          const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
          const behind = e => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor); if (c.length == 3 || c[3] > 0) return c; } return [255, 255, 255]; };
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          let worst = 21;
          while (walker.nextNode()) {
            const e = walker.currentNode.parentElement;
            if (!walker.currentNode.data.trim() || !e.getClientRects().length) continue;
            const [a, b] = [light(parts(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
            worst = Math.min(worst, (a + .05) / (b + .05));
          }
          return worst;
        })()
        """;

    [OneTimeSetUp]
    public static void NeedsChromium() => Assume.That(Browser.IsThere, "Chromium is not installed");

    [TestCase(true)]
    [TestCase(false)]
    public async Task On_a_phone_nothing_is_wider_than_the_screen_and_everything_can_be_read_and_touched(bool isDark)
    {
        var link = await SendAsync();
        await using var phone = await BrowserWindow.OpenAsync(360, isDark);

        foreach (var page in new[] { link, link + "/revoke", link + "/nothing" })
        {
            await phone.GoAsync(page);
            Assert.That((await phone.AsAsync("document.documentElement.scrollWidth")).GetDouble(), Is.LessThanOrEqualTo(360), page);
            Assert.That((await phone.AsAsync("parseFloat(getComputedStyle(document.body).fontSize)")).GetDouble(), Is.GreaterThanOrEqualTo(16), page);
            Assert.That((await phone.AsAsync(WorstContrast)).GetDouble(), Is.GreaterThanOrEqualTo(4.5), page);
            Assert.That((await phone.AsAsync("Math.min(...[...document.querySelectorAll('button')].map(b => b.getBoundingClientRect().height), 99)")).GetDouble(), Is.GreaterThanOrEqualTo(40), page);
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task It_is_as_dark_as_its_reader_wants_and_the_mail_itself_as_light_as_its_author_made_it(bool isDark)
    {
        var link = await SendAsync();
        await using var window = await BrowserWindow.OpenAsync(1000, isDark);

        await window.GoAsync(link);
        Assert.That((await window.AsAsync("getComputedStyle(document.body).backgroundColor")).GetString(), Is.EqualTo(isDark ? "rgb(23, 23, 26)" : "rgb(255, 255, 255)"));
        Assert.That((await window.AsAsync(WorstContrast)).GetDouble(), Is.GreaterThanOrEqualTo(4.5));

        await window.GoAsync(link + "/html");
        Assert.That((await window.AsAsync("getComputedStyle(document.body).backgroundColor")).GetString(), Is.EqualTo("rgb(255, 255, 255)"));
    }

    [Test]
    public async Task Who_listens_is_told_what_is_where()
    {
        var link = await SendAsync();
        await using var window = await BrowserWindow.OpenAsync(1000, isDark: false);

        await window.GoAsync(link);
        var spoken = await window.SpokenAsync();

        foreach (var told in new[]
        {
            $"RootWebArea \"{Subject}\"", $"heading \"{Subject}\"", "main \"\"", "region \"About this mail\"", "term \"From\"", "region \"Text\"", "heading \"Text\"",
            "Iframe \"The mail as its sender laid it out\"", "link \"Open it on a page of its own\"", "DisclosureTriangle \"As plain text\"", "heading \"Files\"",
            $"link \"{FileName}\"", "link \"Download the mail as it came (.eml)\"", "button \"End it now\"",
        })
            Assert.That(spoken, Does.Contain(told), string.Join('\n', spoken));
        Assert.That(spoken.Where(thing => thing is "link \"\"" or "button \"\"" or "image \"\"" or "Iframe \"\""), Is.Empty, "nothing is without a name");
        Assert.That((await window.AsAsync("document.documentElement.lang + document.scripts.length")).GetString(), Is.EqualTo("en0"));
    }

    [Test]
    public async Task Without_scripts_all_of_it_works()
    {
        var link = await SendAsync();
        await using var window = await BrowserWindow.OpenAsync(1000, isDark: false);

        await window.GoAsync(link);
        await window.AsAsync("document.querySelector('form').submit(), true");
        await window.ShowsAsync("document.readyState + location.pathname", $"complete{new Uri(link).AbsolutePath}/revoke");
        await window.AsAsync("document.querySelector('form').submit(), true");
        await window.ShowsAsync("document.title", "The link is ended");

        await window.GoAsync(link);
        Assert.That((await window.AsAsync("document.title")).GetString(), Is.EqualTo("Nothing to see here"));
    }

    private static string Subject => "Newswithoutasinglespaceinit" + new string('x', 200);

    private static string FileName => "a_very_long_name_of_a_file_" + new string('y', 100) + ".pdf";

    private async Task<string> SendAsync()
    {
        var gateway = await StartGatewayAsync(configuration => configuration["Web:PublicUrl"] = $"http://127.0.0.1:{configuration.WebPort}");
        var alice = await NewClientAsync();
        await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Mail(alice.BareJid));
        var body = (await alice.MessageAsync("Whole mail: ")).Element("body")!.Value;
        return body.Split('\n').Single(line => line.StartsWith("Whole mail: ", StringComparison.Ordinal))["Whole mail: ".Length..];
    }

    private static string Mail(string to) =>
        $"""
        From: Bob Builder <{Bob}>
        To: {to}, {string.Join(", ", Enumerable.Range(1, 30).Select(n => $"Friend {n} <friend{n}@mail.test>"))}
        Subject: {Subject}
        Message-ID: <{Text.Unique()}@mail.test>
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=m

        --m
        Content-Type: text/html; charset=utf-8

        <table width="600"><tr><td><h1>Spring</h1><p>{new string('z', 300)} <a href="https://shop.test/{new string('q', 200)}">All offers</a></p></td></tr></table>
        --m
        Content-Type: application/pdf; name="{FileName}"
        Content-Disposition: attachment; filename="{FileName}"
        Content-Transfer-Encoding: base64

        JVBERi0xLjcK
        --m--

        """.ReplaceLineEndings("\r\n");
}
