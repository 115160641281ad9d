using System.Security.Cryptography;
using System.Text;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Tests.Support;
using static SmtpTransport.Tests.Support.SmtpTranscript;

namespace SmtpTransport.Tests.Mail.Smtp;

internal sealed class DataTests
{
    private const string BareLineEnd = "550 5.5.2 Bare CR or LF in the message: lines end with CRLF";

    [TestCase(".␍␊", "", TestName = "The empty message")]
    [TestCase("␍␊.␍␊", "\r\n", TestName = "A blank line only")]
    [TestCase("..␍␊.␍␊", ".\r\n", TestName = "A stuffed dot on the first line")]
    [TestCase("...␍␊..a␍␊a.b␍␊.␍␊", "..\r\n.a\r\na.b\r\n", TestName = "Stuffed dots")]
    [TestCase(".a␍␊.␍␊", "a\r\n", TestName = "A dot that was not stuffed goes (RFC 5321 4.5.2)")]
    [TestCase("a␍␊.␀␍␊␀.␍␊.␍␊", "a\r\n\0\r\n\0.\r\n", TestName = "NUL is content")]
    [TestCase("hé␍␊.␍␊", "hÃ©\r\n", TestName = "Eight bits")]
    public Task A_message_arrives_as_it_was_meant(string said, string meant) => PlayAsync($"""
        D:
        C~ {said}
        S: 250 2.0.0 Ok: queued
        C: NOOP
        S: 250 2.0.0 OK
        """, check: receiver => Assert.That(receiver.Mails.Single().Text, Is.EqualTo(meant)));

    [TestCase("a␊b␍␊.␍␊")]
    [TestCase("a␍b␍␊.␍␊")]
    [TestCase("␊.␍␊.␍␊")]
    [TestCase("␍.␍␊.␍␊")]
    [TestCase("a␍␍␊.␍␊")]
    [TestCase(".␊.␍␊.␍␊")]
    [TestCase(".␍.␍␊.␍␊")]
    [TestCase(".␍␍␊.␍␊")]
    public Task Bare_line_ends_are_refused_after_the_real_end(string said) => PlayAsync($"""
        D:
        C~ {said}
        S: {BareLineEnd}
        C: DATA
        S: 503 5.5.1 Send MAIL first
        """, check: receiver => Assert.That(receiver.Mails, Is.Empty));

    [TestCaseSource(nameof(SmugglingSequences))]
    public Task Smuggling_ends_in_one_mail_or_one_refusal(string sequence)
    {
        _ = Corpora.Path("smtp");
        var bare = IsBare(sequence);
        return PlayAsync($"""
            D:
            C~ before{Pictured(sequence)}MAIL FROM:<smuggled@example.org>␍␊RCPT TO:<romeo@example.net>␍␊DATA␍␊smuggled␍␊.␍␊
            S: {(bare ? BareLineEnd : "250 2.0.0 Ok: queued")}
            C: RCPT TO:<romeo@example.net>
            S: 503 5.5.1 Send MAIL first
            """, check: receiver => Assert.That(receiver.Mails, Has.Count.EqualTo(bare ? 0 : 1)));
    }

    [Test]
    public Task A_message_over_the_limit_is_refused_after_its_end()
    {
        var line = new string('x', 49_998);
        return PlayAsync($"""
            D:
            C: 
            {string.Join("\n", Enumerable.Repeat("C: " + line, 20))}
            C: .
            S: 552 5.3.4 Message too large
            C: NOOP
            S: 250 2.0.0 OK
            """, check: receiver => Assert.That(receiver.Mails, Is.Empty));
    }

    [TestCase(64 * 1024, "250 2.0.0 Ok: queued")]
    [TestCase(64 * 1024 + 1, "554 5.6.0 Line in the message too long")]
    public Task A_line_has_at_most_64_KiB(int length, string reply) => PlayAsync($"""
        D:
        C: Subject: long
        C: 
        C: {new string('x', length)}
        C: .
        S: {reply}
        C: NOOP
        S: 250 2.0.0 OK
        """);

    [TestCase(99, "250 2.0.0 Ok: queued")]
    [TestCase(101, "552 5.3.4 Message header too large")]
    public Task A_header_has_at_most_100_KiB(int kibibytes, string reply) => PlayAsync($"""
        D:
        C: X: {new string('x', 50 * 1024 - 5)}
        C: X: {new string('x', (kibibytes - 50) * 1024 - 5)}
        C: 
        C: {new string('y', 50 * 1024)}
        C: {new string('y', 50 * 1024)}
        C: .
        S: {reply}
        C: NOOP
        S: 250 2.0.0 OK
        """);

    [TestCase(50, "250 2.0.0 Ok: queued")]
    [TestCase(51, "554 5.4.6 Too many Received lines: mail loop")]
    public Task More_than_50_hops_are_a_loop(int hops, string reply) => PlayAsync($"""
        D:
        C: X-Received: no
        C:  Received: no
        {string.Join("\n", Enumerable.Repeat("C: ReceiveD: from a by b\nC:  id 1; today", hops))}
        C: 
        C: Received: in the body
        C: .
        S: {reply}
        C: NOOP
        S: 250 2.0.0 OK
        """);

    [TestCase("A: b␍␊␍␊body␍␊", "body\r\n")]
    [TestCase("A: b␍␊", "")]
    [TestCase("␍␊␍␊body␍␊", "\r\nbody\r\n")]
    public Task The_hash_is_over_the_body(string message, string body) => PlayAsync($"""
        D:
        C~ {message}.␍␊
        S: 250 2.0.0 Ok: queued
        """, check: receiver => Assert.That(receiver.Mails.Single().BodyHash, Is.EqualTo(SHA256.HashData(Encoding.ASCII.GetBytes(body)))));

    [Test]
    public async Task A_large_message_goes_through_a_file_without_a_name()
    {
        var folder = Directory.CreateTempSubdirectory("smtp-transport-tests");
        try
        {
            var receiver = new FakeMailReceiver();
            using var stage = new SmtpStage(receiver, o => o with { TemporaryDirectory = folder.FullName });
            receiver.OnReceive = _ =>
            {
                Assert.That(folder.GetFiles(), Is.Empty, "a file whose name is gone needs no cleaning up");
                return Task.FromResult(new MailVerdict(new SmtpReply(250, "2.0.0", "Ok"), []));
            };
            var body = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i}\r\n"));
            var client = stage.Connect();
            client.Send("EHLO a.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n");
            client.Send("Subject: large\r\n\r\n" + body + ".\r\nQUIT\r\n");
            await client.Session;
            Assert.Multiple(() =>
            {
                Assert.That(client.ReadAvailable(), Does.EndWith("250 2.0.0 Ok\r\n221 2.0.0 Bye\r\n"));
                Assert.That(receiver.Mails.Single().Text, Is.EqualTo("Subject: large\r\n\r\n" + body));
                Assert.That(receiver.Mails.Single().BodyHash, Is.EqualTo(SHA256.HashData(Encoding.ASCII.GetBytes(body))));
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public Task A_message_that_cannot_be_stored_is_refused_for_now() => PlayAsync($"""
        D:
        C: 
        C: {new string('x', 50_000)}
        C: {new string('x', 50_000)}
        C: .
        S: 451 4.3.0 Trouble on our side, try again later
        C: NOOP
        S: 250 2.0.0 OK
        """,
        options: o => o with { TemporaryDirectory = "/nonexistent" },
        check: receiver => Assert.That(receiver.Mails, Is.Empty));

    [Test]
    public async Task A_client_that_goes_away_in_the_middle_has_sent_nothing()
    {
        using var stage = new SmtpStage();
        var client = stage.Connect();
        client.Send("EHLO a.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nhalf\r\n.");
        client.Close();
        await client.Session;
        Assert.Multiple(() =>
        {
            Assert.That(stage.Receiver.Mails, Is.Empty);
            Assert.That(client.ReadAvailable(), Does.EndWith("<CR><LF>.<CR><LF>\r\n"));
        });
    }

    private static IEnumerable<string> SmugglingSequences()
    {
        if (!Corpora.ArePresent)
            return ["(no corpora)"];
        var file = Corpora.Path("smtp/smuggling-sequences.yml");
        return File.ReadLines(file).SkipWhile(line => !line.StartsWith("inbound_must_not_end_data", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => line.StartsWith("  - ", StringComparison.Ordinal))
            .Select(line => line[5..^1].Replace("\\r", "\r").Replace("\\n", "\n").Replace("\\0", "\0"));
    }

    private static bool IsBare(string text) => text.Replace("\r\n", "").AsSpan().ContainsAny('\r', '\n');

    private static string Pictured(string text) => text.Replace('\r', '␍').Replace('\n', '␊').Replace('\0', '␀');
}
