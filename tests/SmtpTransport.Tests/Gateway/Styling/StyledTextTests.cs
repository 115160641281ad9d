using System.Diagnostics;
using System.Xml.Linq;
using CsCheck;
using SmtpTransport.Gateway.Styling;

namespace SmtpTransport.Tests.Gateway.Styling;

/// <summary>The examples of XEP-0393 §5, and what it leaves to us.</summary>
internal sealed class StyledTextTests
{
    private static string Read(string text) =>
        string.Concat(StyledText.Read(text).Blocks.Select(block => block.ToString(SaveOptions.DisableFormatting)))
            .Replace(" dir=\"auto\"", "", StringComparison.Ordinal).Replace(" type=\"cite\"", "", StringComparison.Ordinal).Replace(" />", "/>", StringComparison.Ordinal);

    [TestCase("plain span", "plain span")]
    [TestCase("*strong span*", "<strong>strong span</strong>")]
    [TestCase("plain _emphasis_ plain", "plain <em>emphasis</em> plain")]
    [TestCase("`pre` plain *strong*", "<code>pre</code> plain <strong>strong</strong>")]
    [TestCase("*strong*plain*", "<strong>strong</strong>plain*")]
    [TestCase("* plain *strong*", "* plain <strong>strong</strong>")]
    [TestCase("not strong*", "not strong*")]
    [TestCase("*not strong", "*not strong")]
    [TestCase("*not *strong", "*not *strong")]
    [TestCase("**", "**")]
    [TestCase("***", "***")]
    [TestCase("****", "****")]
    [TestCase("Everyone ~dis~likes cake.", "Everyone <del>dis</del>likes cake.")]
    [TestCase("This is `*monospace*`", "This is <code>*monospace*</code>")]
    [TestCase("This is *`monospace and bold`*", "This is <strong><code>monospace and bold</code></strong>")]
    [TestCase("*_both_*", "<strong><em>both</em></strong>")]
    [TestCase("snake_case_name and 2*3*4", "snake_case_name and 2*3*4")]
    [TestCase("*a *b*", "<strong>a *b</strong>")]
    [TestCase("*a & <b>*", "<strong>a &amp; &lt;b&gt;</strong>")]
    public void Spans_are_as_the_standard_has_them(string text, string html) => Assert.That(Read(text), Is.EqualTo($"<p>{html}</p>"));

    [Test]
    public void Spans_do_not_escape_their_line() =>
        Assert.That(Read("There is no *formatting\nas spans* may not"), Is.EqualTo("<p>There is no *formatting<br/>as spans* may not</p>"));

    [TestCase("```ignored\n(println \"Hello, *world*!\")\n```\nAfter *it*", "<pre>\n(println \"Hello, *world*!\")</pre><p>After <strong>it</strong></p>")]
    [TestCase("```\nto the end\n  of it", "<pre>\nto the end\n  of it</pre>")]
    [TestCase("```no tag at all\nx\n```", "<pre>\nno tag at all\nx</pre>")]
    [TestCase("```one line```", "<pre>\none line```</pre>")]
    [TestCase("```\n```\nrest", "<p>rest</p>")]
    [TestCase("> ```\n> x = 1\nplain", "<blockquote><pre>\nx = 1</pre></blockquote><p>plain</p>")]
    [TestCase("> That that is, is.\nSaid the old hermit of Prague.", "<blockquote><p>That that is, is.</p></blockquote><p>Said the old hermit of Prague.</p>")]
    [TestCase(">> That that is, is.\n> Said the old hermit.\nWho?", "<blockquote><blockquote><p>That that is, is.</p></blockquote><p>Said the old hermit.</p></blockquote><p>Who?</p>")]
    [TestCase("one\n\ntwo\nlines\n", "<p>one</p><p>two<br/>lines</p>")]
    public void Blocks_are_as_the_standard_has_them(string text, string html) => Assert.That(Read(text), Is.EqualTo(html));

    [TestCase("see https://mail.test/a_b_c?x=1&y=(2).", "see <a href=\"https://mail.test/a_b_c?x=1&amp;y=(2)\">https://mail.test/a_b_c?x=1&amp;y=(2)</a>.")]
    [TestCase("(http://mail.test/)", "(<a href=\"http://mail.test/\">http://mail.test/</a>)")]
    [TestCase("(https://mail.test/w_(x)).", "(<a href=\"https://mail.test/w_(x)\">https://mail.test/w_(x)</a>).")]
    [TestCase("https://mail.test/))", "<a href=\"https://mail.test/\">https://mail.test/</a>))")]
    [TestCase("javascript:alert(1) xhttp://a http: https://", "javascript:alert(1) xhttp://a http: https://")]
    public void Web_addresses_can_be_followed(string text, string html) => Assert.That(Read(text), Is.EqualTo($"<p>{html}</p>"));

    [Test]
    public void Indented_lines_stay_indented() => Assert.That(Read("a\n  b  c"), Is.EqualTo("<p>a<br/>\u00A0 b\u00A0 c</p>"));

    [TestCase("Hello", false)]
    [TestCase("> quoted\nanswer", false)]
    [TestCase("https://mail.test/", false)]
    [TestCase("> a *word*", true)]
    [TestCase("```\ncode\n```", true)]
    public void Only_what_plain_text_cannot_show_is_styled(string text, bool isStyled) => Assert.That(StyledText.Read(text).IsStyled, Is.EqualTo(isStyled));

    [Test]
    public void What_is_not_styled_stays_as_it_is_written() =>
        Assert.That(string.Concat(StyledText.Plain("> _ <\n*x*").Blocks), Is.EqualTo("<p dir=\"auto\">&gt; _ &lt;<br />*x*</p>"));

    [Test]
    public void No_text_is_lost_or_becomes_markup() =>
        Gen.String[Gen.Char["ab*_~` <>&\n\"'/h"], 0, 200].Sample(any =>
        {
            var text = any.Replace("```", "`", StringComparison.Ordinal).Replace("```", "`", StringComparison.Ordinal);
            var blocks = StyledText.Read(text).Blocks;

            Assert.That(Letters(string.Concat(blocks.Select(block => block.Value))), Is.EqualTo(Letters(text)));
            Assert.That(XElement.Parse(Html.Page(blocks).Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)).Descendants().Select(element => element.Name.LocalName).Distinct(),
                Is.SubsetOf(new[] { "head", "meta", "body", "p", "br", "strong", "em", "del", "code", "pre", "blockquote", "a" }));
        }, iter: 3000);

    [TestCase("*a ")]
    [TestCase(">")]
    [TestCase("> ")]
    [TestCase("*_~`")]
    [TestCase("```\n")]
    [TestCase("http://")]
    [TestCase("https://a.b ")]
    [TestCase("(http")]
    [TestCase("(http://a")]
    [TestCase(")")]
    [TestCase("**")]
    [TestCase("*a*")]
    public void A_text_made_to_take_long_does_not(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 200_000 / piece.Length));
        var started = Stopwatch.StartNew();

        Assert.That(StyledText.Read(text).Blocks.Count, Is.GreaterThanOrEqualTo(0));
        Assert.That(started.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
    }

    private static string Letters(string text) => string.Concat(text.Where(char.IsAsciiLetter));
}
