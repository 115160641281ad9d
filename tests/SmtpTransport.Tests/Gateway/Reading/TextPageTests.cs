using System.Text;
using SmtpTransport.Gateway.Reading;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Gateway.Reading;

internal sealed class TextPageTests
{
    private static IEnumerable<string> Pages => Corpora.Files("html", "*.html");

    private static string Read(string html) => TextPage.Read(html).Text;

    [TestCase("<p>One</p><p>Two</p>", "One\n\nTwo")]
    [TestCase("<div>One</div><div>Two</div>", "One\nTwo")]
    [TestCase("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo")]
    [TestCase("One<br>Two<br><br>Three", "One\nTwo\n\nThree")]
    [TestCase("  a \n <b> b</b>\t<i>c </i> ", "a b c")]
    [TestCase("a&nbsp;&amp;&nbsp;b &lt;c&gt;", "a & b <c>")]
    [TestCase("<h1>Title</h1>Text", "Title\n\nText")]
    [TestCase("One<hr>Two", "One\n---\nTwo")]
    public void Blocks_and_breaks_become_lines(string html, string text) => Assert.That(Read(html), Is.EqualTo(text));

    [TestCase("<a href='https://mail.test/x'>Read on</a>", "Read on <https://mail.test/x>")]
    [TestCase("<a href='https://mail.test/'>mail.test</a>", "mail.test")]
    [TestCase("<a href='https://mail.test/'>https://mail.test</a>", "https://mail.test")]
    [TestCase("<a href='mailto:bob@mail.test'>bob@mail.test</a>", "bob@mail.test")]
    [TestCase("<a href='javascript:alert(1)'>Click</a>", "Click")]
    [TestCase("<a href='#top'>Up</a>", "Up")]
    [TestCase("<a href='https://mail.test/t'><img src='x.gif' width='1'></a>", "")]
    [TestCase("<a href='https://mail.test/s'><img src='s.png' alt='Shop'></a>", "[Shop] <https://mail.test/s>")]
    [TestCase("<a href='https://mail.test/s'><img src='s.png' width='600'></a>", "[picture] <https://mail.test/s>")]
    [TestCase("<a href='https://mail.test/s'><img src='s.png'></a> <a href='https://mail.test/s'>Shop</a>", "Shop <https://mail.test/s>")]
    [TestCase("<a href='https://mail.test/s'><img src='s.png'></a><a href='https://mail.test/t'><img src='t.png' title='Tea'></a>", "[picture] <https://mail.test/s> [Tea] <https://mail.test/t>")]
    [TestCase("<a href='https://mail.test/c'><button>Confirm</button></a>", "Confirm <https://mail.test/c>")]
    [TestCase("<a name='x'>Here</a>", "Here")]
    public void Links_show_where_they_lead(string html, string text) => Assert.That(Read(html), Is.EqualTo(text));

    [TestCase("<ul><li>One<li>Two</ul>", "- One\n- Two")]
    [TestCase("<ol start='3'><li>One<li>Two</ol>", "3. One\n4. Two")]
    [TestCase("<ul><li>One<ul><li>Inner<br>more</ul><li>Two</ul>", "- One\n  - Inner\n    more\n- Two")]
    [TestCase("Before<ul><li>One</ul>After", "Before\n\n- One\n\nAfter")]
    public void Lists_are_marked(string html, string text) => Assert.That(Read(html), Is.EqualTo(text));

    [TestCase("<blockquote>One<p>Two</blockquote>Three", "> One\n>\n> Two\n\nThree")]
    [TestCase("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n> > b")]
    public void Quotes_are_marked(string html, string text) => Assert.That(Read(html), Is.EqualTo(text));

    [TestCase("<table><tr><th>Item<th>Price<tr><td>Tea<td>3</table>", "Item | Price\nTea | 3")]
    [TestCase("<table><tr><td><p>Left</p></td><td><p>Right</p></td></tr></table>", "Left\n\nRight")]
    [TestCase("<table><tr><td></td><td>Only</td></tr></table>", "Only")]
    public void Tables_that_carry_data_are_rows(string html, string text) => Assert.That(Read(html), Is.EqualTo(text));

    [TestCase("<pre>a\n  b\n\nc</pre>", "a\n  b\n\nc")]
    [TestCase("<div style='white-space: pre-wrap'>a\n  b</div>c", "a\n  b\nc")]
    [TestCase("<div style='white-space:pre-wrap'>\n  <p>a   b</p>\n</div>", "a b")]
    public void Preformatted_text_keeps_its_form(string html, string text) => Assert.That(Read(html), Is.EqualTo(text));

    [TestCase("<head><title>T</title><style>p{}</style></head><body>Seen")]
    [TestCase("<script>alert('x')</script>Seen<script>y")]
    [TestCase("<div style='display:none'>Hidden</div>Seen")]
    [TestCase("<div style='color:red; DISPLAY : none !important'>Hidden</div>Seen")]
    [TestCase("<span style='mso-hide:all'>Hidden</span>Seen")]
    [TestCase("<span style='max-height:0px;overflow:hidden'>Hidden</span>Seen")]
    [TestCase("<span hidden>Hidden</span>Seen")]
    [TestCase("<span class='preheader'>Hidden</span>Seen")]
    [TestCase("<!-- comment --><!--[if mso]>Outlook<![endif]-->Seen")]
    [TestCase("Seen<img src='https://track.test/p.gif' width=1 height=1 alt='x'>")]
    [TestCase("Seen<iframe src='https://mail.test'>x</iframe><object>y</object><svg><text>z</text></svg>")]
    [TestCase("<form><select><option>a</select><textarea>b</textarea><input value='c'><button>d</button></form>Seen")]
    [TestCase("&#8203;&#847;&#173;&zwnj;&nbsp; Seen &#8203;")]
    public void What_was_not_meant_to_be_seen_is_dropped(string html) => Assert.That(Read(html), Is.EqualTo("Seen"));

    [TestCase("<table><tr><td>One</td></tr><tr><td>Two</td></tr></table>", "One\nTwo")]
    [TestCase("<table><tr><td>A row that is long enough to be more than a line on anybody's screen</td></tr><tr><td>Two</td></tr></table>", "A row that is long enough to be more than a line on anybody's screen\n\nTwo")]
    public void Rows_of_a_layout_that_are_paragraphs_stand_apart(string html, string text) => Assert.That(Read(html), Is.EqualTo(text));

    [TestCase("<td style='font-size:0;line-height:0'><a href='https://mail.test/s'><img src='s.png' alt='Shop'></a></td>", "[Shop] <https://mail.test/s>")]
    [TestCase("<span style='font-size:0;line-height:0'>Hidden</span>", "")]
    public void A_cell_made_for_a_picture_shows_it(string html, string text) => Assert.That(Read(html), Is.EqualTo(text));

    [Test]
    public void A_font_size_of_nought_around_the_text_hides_nothing() =>
        Assert.That(Read("<td style='font-size:0'><div style='font-size:14px'>Seen</div></td>"), Is.EqualTo("Seen"));

    [TestCase("<div>")]
    [TestCase("<blockquote>x")]
    [TestCase("<ul><li>x")]
    [TestCase("<a href=x><b><i>")]
    [TestCase("<p>x")]
    [TestCase("<b><i></b>x")]
    [TestCase("<table><tr><td>")]
    public void A_page_made_to_keep_a_parser_busy_is_cut(string tag)
    {
        var (text, _) = TextPage.Read(string.Concat(Enumerable.Repeat(tag, 1024 * 1024 / tag.Length)));

        Assert.That(text, Has.Length.LessThan(1024 * 1024 + 1));
    }

    [Test]
    public void A_page_of_ordinary_depth_is_read_to_its_end()
    {
        var html = string.Concat(Enumerable.Repeat("<div>x", 300)) + "<p>The end" + string.Concat(Enumerable.Repeat("</div>", 300));

        var (text, unread) = TextPage.Read(html);

        Assert.That(text, Does.EndWith("The end"));
        Assert.That(unread, Is.Zero);
    }

    [TestCaseSource(nameof(Pages))]
    public void Any_page_becomes_text(string file)
    {
        var charset = file.Split('.').FirstOrDefault(part => part.StartsWith("utf-", StringComparison.Ordinal)) ?? "utf-8";
        var page = Charset.Decode(File.ReadAllBytes(Corpora.Path(file)), charset);

        var text = Read(page);

        Assert.That(text, Does.Not.Contain("<script").And.Not.Contain("javascript:"));
        Assert.That(Encoding.UTF8.GetByteCount(text), Is.LessThanOrEqualTo(Encoding.UTF8.GetByteCount(page) * 2));
    }
}
