using SmtpTransport.Gateway.Spool;

namespace SmtpTransport.Tests.Host.Web;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MailEndpointsTests : IAsyncDisposable
{
    private const string Mail =
        """
        From: "Bob <script>" <bob@mail.test>
        To: alice@example.org, Carol <carol@example.org>
        Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe_=3Cb=3E?=
        Date: Sun, 22 Nov 2026 14:00:00 +0100
        Message-ID: <m1@mail.test>
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=m

        --m
        Content-Type: multipart/related; boundary=r

        --r
        Content-Type: text/html; charset=utf-8

        <p>Hello <img src="cid:logo@mail.test"> <img src="https://track.test/1.png"></p>
        --r
        Content-Type: image/png; name=logo.png
        Content-ID: <logo@mail.test>
        Content-Transfer-Encoding: base64

        iVBORw0KGgo=
        --r--
        --m
        Content-Type: text/html; name*=utf-8''plan%20%E2%82%AC.html
        Content-Disposition: attachment; filename*=utf-8''plan%20%E2%82%AC.html

        <script>alert(1)</script>
        --m--
        """;

    private readonly PageStage stage = new();

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    [Test]
    public async Task The_page_shows_what_matters_and_escapes_all_of_it()
    {
        stage.Store.Authentication = new MailAuthentication("mx; spf=pass smtp.mailfrom=mail.test; dkim=none; dmarc=pass header.from=mail.test (p=reject)", true, AuthorStanding.Verified);
        await stage.TakeAsync(Mail);

        var page = await stage.GetAsync("/m/page");

        Assert.That(page.Status, Is.EqualTo(200));
        foreach (var shown in new[]
        {
            "<h1 dir=\"auto\">Grüße &lt;b&gt;</h1>", "Bob &lt;script&gt; &lt;bob@mail.test&gt;", "Carol &lt;carol@example.org&gt;", "22 November 2026 14:00 &#x2B;01:00",
            "Verified:", "Sending server (SPF): passed (mail.test)", "Signature (DKIM): nothing is known", "Policy of the domain (DMARC): passed (mail.test)",
            "src=\"page/html\"", "sandbox=\"allow-popups allow-popups-to-escape-sandbox\"", "href=\"page/file/2/plan%20%E2%82%AC.html\"", "href=\"page/mail.eml\"", "31 March 2026",
        })
            Assert.That(page.Body, Does.Contain(shown));
        Assert.That(page.Body, Does.Not.Contain("<script").IgnoreCase.And.Not.Contain("<b>"));
    }

    [Test]
    public async Task Every_answer_keeps_the_link_to_itself_and_is_what_it_says()
    {
        await stage.TakeAsync(Mail, files: 2);

        foreach (var path in new[] { "/m/page", "/m/page/html", "/m/page/picture/0", "/m/page/file/1/x", "/m/page/mail.eml", "/m/page/revoke", "/m/file1/logo.png", "/m/nobody" })
        {
            var answer = await stage.GetAsync(path);
            Assert.That(answer.Headers["Referrer-Policy"].ToString(), Is.EqualTo("no-referrer"), path);
            Assert.That(answer.Headers.XContentTypeOptions.ToString(), Is.EqualTo("nosniff"), path);
            Assert.That(answer.Headers.CacheControl.ToString(), Is.EqualTo("private, no-store"), path);
            Assert.That(answer.Headers["X-Robots-Tag"].ToString(), Does.StartWith("noindex"), path);
            Assert.That(answer.Policy, Does.StartWith("default-src 'none'").And.Contains("frame-ancestors"), path);
            Assert.That(answer.Headers["Cross-Origin-Resource-Policy"].ToString(), Is.Not.Empty, path);
            Assert.That(answer.Headers.ContentLength, Is.EqualTo(answer.Octets.Length), path);
        }
    }

    [Test]
    public async Task The_frame_can_do_nothing_and_gets_pictures_from_the_web_only_when_asked()
    {
        await stage.TakeAsync(Mail);

        var frame = await stage.GetAsync("/m/page/html");
        var withPictures = await stage.GetAsync("/m/page/html?images=1");

        Assert.That(frame.Policy, Does.Contain("form-action 'none'").And.Contains("base-uri 'none'").And.Contains("sandbox allow-popups").And.Not.Contains("script-src").And.Not.Contains("https: http:"));
        Assert.That(frame.Body, Does.Not.Contain("track.test").And.Contains("html?images=1").And.Contains("<img src=\"picture/0\">"));
        Assert.That(withPictures.Policy, Does.Contain("img-src 'self' https://mail.example.org data: https: http:;").And.Contains("sandbox allow-popups"));
        Assert.That(withPictures.Body, Does.Contain("https://track.test/1.png").And.Not.Contains("images=1"));
    }

    [Test]
    public async Task Pictures_and_files_come_as_they_were_sent()
    {
        await stage.TakeAsync(Mail, files: 2);

        var picture = await stage.GetAsync("/m/page/picture/0");
        var file = await stage.GetAsync("/m/page/file/2/whatever");
        var linked = await stage.GetAsync("/m/file2");

        Assert.That((picture.Headers.ContentType.ToString(), Convert.ToBase64String(picture.Octets)), Is.EqualTo(("image/png", "iVBORw0KGgo=")));
        Assert.That(file.Headers.ContentDisposition.ToString(), Is.EqualTo("attachment; filename=\"plan _.html\"; filename*=UTF-8''plan%20%E2%82%AC.html"));
        Assert.That(file.Policy, Does.Contain("sandbox"));
        Assert.That(file.Body.Trim(), Is.EqualTo("<script>alert(1)</script>"));
        Assert.That((linked.Body, linked.Headers.AccessControlAllowOrigin.ToString()), Is.EqualTo((file.Body, "*")));
        Assert.That(file.Headers.AccessControlAllowOrigin.ToString(), Is.Empty);
    }

    [Test]
    public async Task The_mail_comes_octet_by_octet()
    {
        await stage.TakeAsync(Mail);

        var octets = await stage.GetAsync("/m/page/mail.eml");

        Assert.That(octets.Body, Is.EqualTo(Mail.ReplaceLineEndings("\r\n")));
        Assert.That(octets.Headers.ContentType.ToString(), Is.EqualTo("message/rfc822"));
        Assert.That(octets.Headers.ContentDisposition.ToString(), Does.StartWith("attachment; filename=mail.eml"));
    }

    [TestCase("/m/page")]
    [TestCase("/m/page/html")]
    [TestCase("/m/page/mail.eml")]
    [TestCase("/m/file2/plan.html")]
    public async Task Head_says_the_same_without_the_body(string path)
    {
        await stage.TakeAsync(Mail, files: 2);

        var (get, head) = (await stage.GetAsync(path), await stage.AskAsync("HEAD", path));

        Assert.That(head.Octets, Is.Empty);
        Assert.That((head.Status, head.Headers.ContentLength, head.Headers.ContentType), Is.EqualTo((200, get.Headers.ContentLength, get.Headers.ContentType)));
    }

    [Test]
    public async Task Unknown_expired_and_revoked_links_get_the_very_same_answer()
    {
        await stage.TakeAsync(Mail, files: 1);
        var unknown = await stage.GetAsync("/m/nobody");
        await stage.AskAsync("POST", "/m/page/revoke");
        var revoked = new[] { await stage.GetAsync("/m/page"), await stage.GetAsync("/m/page/mail.eml"), await stage.GetAsync("/m/file1"), await stage.GetAsync("/m/a/b/c/d"), await stage.GetAsync("/m/") };

        Assert.That(unknown.Status, Is.EqualTo(404));
        Assert.That(revoked.Select(answer => (answer.Status, answer.Body)), Has.All.EqualTo((404, unknown.Body)));
    }

    [Test]
    public async Task An_expired_link_is_dead_to_the_second()
    {
        await stage.TakeAsync(Mail);
        stage.Store.Time.Advance(TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1));
        Assert.That((await stage.GetAsync("/m/page")).Status, Is.EqualTo(200));

        stage.Store.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await stage.GetAsync("/m/page")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task A_link_is_ended_by_a_form_on_its_own_page_and_by_nothing_else()
    {
        await stage.TakeAsync(Mail);
        Assert.That((await stage.GetAsync("/m/page/revoke")).Body, Does.Contain("<form method=\"post\">"));
        Assert.That((await stage.AskAsync("POST", "/m/page/revoke", ("Sec-Fetch-Site", "cross-site"))).Status, Is.EqualTo(403));
        Assert.That((await stage.GetAsync("/m/page")).Status, Is.EqualTo(200), "to look at the form ends nothing");

        Assert.That((await stage.AskAsync("POST", "/m/page/revoke", ("Sec-Fetch-Site", "same-origin"))).Status, Is.EqualTo(200));
        Assert.That((await stage.GetAsync("/m/page")).Status, Is.EqualTo(404));
    }

    [TestCase("/m/page/file/0/x")]
    [TestCase("/m/page/file/3/x")]
    [TestCase("/m/page/file/-1/x")]
    [TestCase("/m/page/file/99999999999/x")]
    [TestCase("/m/page/picture/1")]
    [TestCase("/m/page/picture/x")]
    [TestCase("/m/page/whatever")]
    public async Task What_a_mail_has_not_is_not_found(string path)
    {
        await stage.TakeAsync(Mail);

        Assert.That((await stage.GetAsync(path)).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task Nothing_but_reading_and_revoking_is_possible()
    {
        await stage.TakeAsync(Mail);

        foreach (var method in new[] { "POST", "PUT", "DELETE", "PATCH", "OPTIONS" })
            Assert.That((await stage.AskAsync(method, "/m/page")).Status, Is.EqualTo(404), method);
        Assert.That((await stage.GetAsync("/m/page")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_mail_without_html_has_no_frame_and_its_addresses_are_links()
    {
        await stage.TakeAsync("From: bob@mail.test\nSubject: Plan\n\nSee <https://x.test/?a=1&b=2>, then (http://y.test).\n<script>alert(1)</script>\n");

        var page = (await stage.GetAsync("/m/page")).Body;

        Assert.That(page, Does.Not.Contain("<iframe").And.Not.Contain("<script"));
        Assert.That(page, Does.Contain("<a href=\"https://x.test/?a=1&amp;b=2\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">").And.Contains(">http://y.test</a>)."));
    }

    [Test]
    public async Task A_doubtful_sender_and_a_warning_are_said_first()
    {
        stage.Store.Authentication = new MailAuthentication("mx; spf=fail smtp.mailfrom=mail.test", false, AuthorStanding.Doubtful);
        await stage.TakeAsync("From: bob@mail.test\nSubject: Plan\n\nHello\n");

        Assert.That((await stage.GetAsync("/m/page")).Body, Does.Contain("class=\"verdict bad\">Warning: this mail may not be").And.Contains("Sending server (SPF): failed (mail.test)"));
    }

    [Test]
    public async Task A_page_has_one_language_one_heading_and_names_for_what_is_in_it()
    {
        await stage.TakeAsync(Mail);

        var page = (await stage.GetAsync("/m/page")).Body;

        Assert.That(page, Does.Contain("<html lang=\"en\">").And.Contains("<main>").And.Contains("name=\"viewport\"").And.Contains("prefers-color-scheme:dark").And.Contains("<iframe title="));
        Assert.That(page.Split("<h1").Length - 1, Is.EqualTo(1));
    }
}
