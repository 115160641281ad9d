using System.Net.Http.Headers;
using SmtpTransport.Gateway.Files;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail.Fetching;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Gateway.Files;

internal sealed class FileNamesTests
{
    [TestCase("Summer.jpg", "served.jpg", "https://h.test/link.jpg", "Summer.jpg")]
    [TestCase(null, "served.jpg", "https://h.test/link.jpg", "served.jpg")]
    [TestCase(null, null, "https://h.test/a/link%20it.jpg?x=/y#z", "link it.jpg")]
    [TestCase(null, null, "https://h.test/", "file")]
    [TestCase("", "", "https://h.test", "file")]
    [TestCase("../../etc/passwd", null, "https://h.test/x", "passwd")]
    [TestCase("C:\\Windows\\win.ini", null, "https://h.test/x", "win.ini")]
    [TestCase(null, null, "https://h.test/%2e%2e%2f%2e%2e%2fpasswd", "passwd")]
    [TestCase("..", ".", "https://h.test/x", "x")]
    [TestCase("für\r\nBcc: x", null, "https://h.test/x", "für Bcc_ x")]
    public void A_file_is_called(string? given, string? served, string url, string name) =>
        Assert.That(FileNames.Of(new SharedFile(url) { Name = given }, File(null, served)), Is.EqualTo(name));

    [TestCase("image/jpeg", "image/png", "x.gif", "image/jpeg")]
    [TestCase(null, "image/png", "x.gif", "image/png")]
    [TestCase(null, "application/octet-stream", "x.gif", "image/gif")]
    [TestCase("application/octet-stream", null, "x.gif", "image/gif")]
    [TestCase(null, null, "x.unheard-of", "application/octet-stream")]
    [TestCase("image/png X: y", null, "x.gif", "image/gif")]
    [TestCase("message/rfc822", null, "x", "application/octet-stream")]
    [TestCase("multipart/mixed", "text/html", "x", "text/html")]
    [TestCase(null, "text/plain; charset=iso-8859-1", "x", "text/plain; charset=iso-8859-1")]
    [TestCase("text/plain", "text/html; charset=utf-8", "x", "text/plain")]
    [TestCase("text/plain", null, "x", "text/plain")]
    public void A_file_is_said_to_be(string? given, string? served, string name, string type)
    {
        var found = FileNames.TypeOf(new SharedFile("https://h.test/x") { MediaType = given }, File(served, null), name);

        Assert.That(found.MimeType + (found.Charset is { } charset ? $"; charset={charset}" : ""), Is.EqualTo(type));
    }

    private static FetchedFile File(string? type, string? name) =>
        new(TestContent.Of("x"), default) { MediaType = type is null ? null : MediaTypeHeaderValue.Parse(type), Name = name };
}
