using System.Xml.Linq;
using CsCheck;
using SmtpTransport.Gateway.Reading;
using SmtpTransport.Tests.Support;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.Reading;

internal sealed class XhtmlPageTests
{
    private static readonly string[] Allowed = ["body", "p", "br", "strong", "em", "a", "ul", "ol", "li", "blockquote"];

    private static readonly string[] Fragments =
    [
        "<p>", "</p>", "<div>", "</div>", "<ul>", "</ul>", "<li>", "<b>", "</b>", "<i>", "<a href='https://a.test'>", "</a>", "<a href='javascript:x'>", "text ",
        "<table><tr><td>", "</table>", "<blockquote>", "</blockquote>", "<br>", "<script>x</script>", "<img src='https://t.test' alt='A'>", "<pre>a\n b</pre>",
        "<svg onload=x>", "&amp;", "&#1;", "<span style='color:red'>", "<ol>", "<h1>", "</h1>", "<hr>", "<style>x</style>",
    ];

    private static IEnumerable<string> Pages => Corpora.Files("html", "*.html");

    private static string? Read(string html) => XhtmlPage.Read(html)?.Body.ToString(SaveOptions.DisableFormatting)
        .Replace(" xmlns=\"http://www.w3.org/1999/xhtml\"", "", StringComparison.Ordinal);

    [TestCase("Hello", "<body><p>Hello</p></body>")]
    [TestCase("<p>One</p><p>Two</p>", "<body><p>One</p><p>Two</p></body>")]
    [TestCase("<b>bold</b> and <i>so on</i>", "<body><p><strong>bold</strong> and <em>so on</em></p></body>")]
    [TestCase("One<br>Two", "<body><p>One<br />Two</p></body>")]
    [TestCase("<ol><li>One<ul><li>Inner</ul><li>Two</ol>", "<body><ol><li>One<ul><li>Inner</li></ul></li><li>Two</li></ol></body>")]
    [TestCase("<blockquote>One<p>Two</blockquote>", "<body><blockquote><p>One</p><p>Two</p></blockquote></body>")]
    [TestCase("<b>One<p>Two</b>", "<body><p><strong>One</strong></p><p><strong>Two</strong></p></body>")]
    [TestCase("<a href='https://a.test/?b=1&amp;c=2' onclick='x()'>a</a>", "<body><p><a href=\"https://a.test/?b=1&amp;c=2\">a</a></p></body>")]
    [TestCase("<a href='javascript:x()'>a</a><img src='https://t.test/p.png'><p style='color:red' class='x'>b</p>", "<body><p>a</p><p>b</p></body>")]
    [TestCase("<li>Alone", "<body><p>Alone</p></body>")]
    [TestCase("<script>x</script><img src='https://t.test/p.png'>", null)]
    public void A_page_is_written_with_a_handful_of_elements(string html, string? xhtml) => Assert.That(Read(html), Is.EqualTo(xhtml));

    [Test]
    public void A_page_too_long_to_stand_beside_its_text_is_left_out() =>
        Assert.That(XhtmlPage.Read("<p>" + new string('x', 20_000)), Is.Null);

    [Test]
    public void Whatever_a_mail_holds_only_known_elements_and_safe_links_come_out() =>
        Gen.Int[0, Fragments.Length - 1].Array[0, 60].Sample(parts => AssertSafe(XhtmlPage.Read(string.Concat(parts.Select(part => Fragments[part])))), iter: 2000);

    [TestCaseSource(nameof(Pages))]
    public void A_page_of_the_corpus_is_written_safely(string file) => AssertSafe(XhtmlPage.Read(File.ReadAllText(Corpora.Path(file))));

    private static void AssertSafe(XhtmlIm? xhtml)
    {
        foreach (var element in xhtml?.Body.DescendantsAndSelf() ?? [])
        {
            Assert.That(element.Name.Namespace, Is.EqualTo(XhtmlIm.Xhtml));
            Assert.That(Allowed, Does.Contain(element.Name.LocalName));
            foreach (var attribute in element.Attributes())
                Assert.That((attribute.Name.LocalName, attribute.Value), Is.EqualTo(("href", HtmlLink.Shown(attribute.Value))));
        }
    }
}
