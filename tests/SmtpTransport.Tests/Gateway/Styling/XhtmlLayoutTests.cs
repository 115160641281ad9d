using System.Xml.Linq;
using SmtpTransport.Gateway.Styling;

namespace SmtpTransport.Tests.Gateway.Styling;

internal sealed class XhtmlLayoutTests
{
    private static string? Read(string body) =>
        XhtmlLayout.Read(XElement.Parse($"<body xmlns='http://www.w3.org/1999/xhtml'>{body}</body>", LoadOptions.PreserveWhitespace))?.ToString(SaveOptions.DisableFormatting);

    [TestCase("<p>Hello <strong>Bob</strong></p>", "<p>Hello <strong>Bob</strong></p>")]
    [TestCase("<p><b>a</b><i>b</i><tt>c</tt></p>", "<p><strong>a</strong><em>b</em><code>c</code></p>")]
    [TestCase("<span style='font-weight: bold'>a</span><span style='color:red'>b</span>", "<strong>a</strong>b")]
    [TestCase("<a href='https://mail.test/?a=1&amp;b=2' onclick='x()'>there</a>", "<a href=\"https://mail.test/?a=1&amp;b=2\">there</a>")]
    [TestCase("<em>x</em><a href='javascript:alert(1)'>there</a>", "<em>x</em>there")]
    [TestCase("<em>x</em><script>alert(1)</script><style>p{}</style>", "<em>x</em>")]
    [TestCase("<em>x</em><img src='http://spy.test/' alt='a cat'/><iframe src='http://spy.test/'/>", "<em>x</em>a cat")]
    [TestCase("<ul><li>one</li><li>two</li></ul>", "<ul><li>one</li><li>two</li></ul>")]
    public void Known_elements_come_through_and_nothing_else(string body, string html) => Assert.That(Read(body), Is.EqualTo($"<div dir=\"auto\">{html}</div>"));

    [TestCase("<p>no more<br/>than text</p>")]
    [TestCase("")]
    public void What_says_no_more_than_the_text_is_no_layout(string body) => Assert.That(Read(body), Is.Null);

    [Test]
    public void What_is_too_deep_too_long_or_too_much_is_no_layout()
    {
        string[] bodies =
        [
            string.Concat(Enumerable.Repeat("<em>", 30)) + "x" + string.Concat(Enumerable.Repeat("</em>", 30)),
            "<em>" + new string('x', 100_000) + "</em>",
            string.Concat(Enumerable.Repeat("<em>x</em>", 2000)),
        ];

        Assert.That(bodies.Select(Read), Is.All.Null);
    }
}
