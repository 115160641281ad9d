using System.Buffers;
using System.Text;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Tests.Mail.Smtp;

internal sealed class ReplyWriterTests
{
    [Test]
    public void One_line() => Assert.That(Written(new SmtpReply(250, "2.0.0", "OK")), Is.EqualTo("250 2.0.0 OK\r\n"));

    [Test]
    public void Without_an_enhanced_code() => Assert.That(Written(new SmtpReply(354, "", "Go on")), Is.EqualTo("354 Go on\r\n"));

    [Test]
    public void The_enhanced_code_stands_on_every_line() =>
        Assert.That(Written(new SmtpReply(550, "5.1.1", "one\ntwo\n\nthree")), Is.EqualTo("550-5.1.1 one\r\n550-5.1.1 two\r\n550-5.1.1 \r\n550 5.1.1 three\r\n"));

    [Test]
    public void Nothing_in_a_text_ends_a_line() =>
        Assert.That(Written(new SmtpReply(550, "5.7.1", "a\r\n250 2.0.0 b\rc\0d\u0085")), Is.EqualTo("550-5.7.1 a?\r\n550 5.7.1 250 2.0.0 b?c?d?\r\n"));

    [Test]
    public void Utf8_only_for_those_who_know_it()
    {
        var reply = new SmtpReply(550, "5.1.1", "jülia\ud800");
        Assert.Multiple(() =>
        {
            Assert.That(Written(reply), Is.EqualTo("550 5.1.1 j?lia?\r\n"));
            Assert.That(Written(reply, Encodings.Utf8), Is.EqualTo("550 5.1.1 jülia\ufffd\r\n"));
        });
    }

    [Test]
    public void Lines_have_at_most_512_octets()
    {
        var text = string.Concat(Enumerable.Repeat("€uro", 500));
        var lines = Written(new SmtpReply(550, "5.1.1", text), Encodings.Utf8).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Multiple(() =>
        {
            Assert.That(lines.Select(line => Encoding.UTF8.GetByteCount(line) + 2), Has.All.LessThanOrEqualTo(512));
            Assert.That(string.Concat(lines.Select(line => line["550 5.1.1 ".Length..])), Is.EqualTo(text));
            Assert.That(lines[..^1], Has.All.StartsWith("550-5.1.1 "));
            Assert.That(lines[^1], Does.StartWith("550 5.1.1 "));
        });
    }

    [Test]
    public async Task Pipelined_commands_are_answered_together()
    {
        using var stage = new SmtpStage();
        var client = stage.Connect();
        client.ReadAvailable();
        client.Send("HELO a.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n");
        Assert.That(client.Flushes, Is.EqualTo(2), "the banner, and all of these");
        client.Send(".\r\nQUIT\r\n");
        await client.Session;
        Assert.That(client.Flushes, Is.EqualTo(3));
    }

    private static string Written(SmtpReply reply, Encodings encoding = Encodings.Ascii)
    {
        var output = new ArrayBufferWriter<byte>();
        var count = ReplyWriter.Write(output, reply, encoding);
        Assert.That(count, Is.EqualTo(output.WrittenCount));
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
