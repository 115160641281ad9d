using System.Text;
using MimeKit;
using SmtpTransport.Gateway.Reading;

namespace SmtpTransport.Tests.Gateway.Reading;

internal sealed class FileNameTests
{
    [TestCase("plan.pdf", ExpectedResult = "plan.pdf")]
    [TestCase("Fotos für Oma.zip", ExpectedResult = "Fotos für Oma.zip")]
    [TestCase("../../etc/passwd", ExpectedResult = "_.._etc_passwd")]
    [TestCase("C:\\Windows\\system32\\a.dll", ExpectedResult = "C__Windows_system32_a.dll")]
    [TestCase("gpj.\u202Eexe", ExpectedResult = "gpj.exe")]
    [TestCase("a\r\nb\0.txt", ExpectedResult = "a b.txt")]
    [TestCase("CON", ExpectedResult = "_CON")]
    [TestCase("lpt1.txt", ExpectedResult = "_lpt1.txt")]
    [TestCase(".htaccess", ExpectedResult = "htaccess")]
    [TestCase("a.txt. . ", ExpectedResult = "a.txt")]
    [TestCase("<b>?.html", ExpectedResult = "_b__.html")]
    [TestCase("...", ExpectedResult = "")]
    public string A_name_is_safe_on_every_disk(string name) => FileName.Safe(name);

    [Test]
    public void A_long_name_loses_its_middle_and_keeps_its_end()
    {
        var name = FileName.Safe(string.Concat(Enumerable.Repeat("漢字", 200)) + ".docx");

        Assert.That(Encoding.UTF8.GetByteCount(name), Is.InRange(190, 200));
        Assert.That(name, Does.StartWith("漢字").And.EndWith(".docx"));
    }

    [Test]
    public void A_part_without_a_name_gets_one_that_says_what_it_is() =>
        Assert.That(FileName.Of(new MimePart("image", "png"), "unnamed"), Is.EqualTo("unnamed.png"));

    [TestCase("image/png", "a.png", ExpectedResult = "image/png")]
    [TestCase("application/octet-stream", "a.pdf", ExpectedResult = "application/pdf")]
    [TestCase("application/octet-stream", "a", ExpectedResult = "application/octet-stream")]
    [TestCase("TEXT/Plain", "a.exe", ExpectedResult = "text/plain")]
    [TestCase("text/plain; charset=\"x\r\n y\"", "a.txt", ExpectedResult = "text/plain")]
    public string The_type_of_a_file_is_what_its_sender_says_if_it_says_something(string type, string name) =>
        FilePart.MediaTypeOf(new MimePart(ContentType.Parse(type)), name);
}
