using System.Buffers.Binary;
using System.Text;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.MailToXmpp;

/// <summary>Mails made to break the reader.</summary>
internal sealed class HostileMailTests
{
    private const string Multipart = "From: bob@mail.test\nContent-Type: multipart/mixed; boundary=b\n\n";

    [Test]
    public async Task A_mail_of_endless_parts_is_554_and_never_taken_apart()
    {
        using var stage = new ReceiverStage();

        var reply = (await stage.ReceiveAsync(Repeated(Multipart, "--b\n\n", 500_000), "alice@example.org")).Reply;

        Assert.That((reply.Code, reply.Enhanced, stage.Link.Sent.Count), Is.EqualTo((554, "5.6.0", 0)));
    }

    [Test]
    public async Task Nor_is_one_that_comes_as_if_it_were_a_report()
    {
        using var stage = new ReceiverStage();
        var report = Repeated(Multipart.Replace("mixed", "report; report-type=delivery-status", StringComparison.Ordinal), "--b\n\n", 500_000);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var reply = (await stage.ReturnAsync(report, SmtpTransport.Mail.EmailAddress.Parse("alice@example.org"))).Reply;

        Assert.That((reply.Code, reply.Enhanced), Is.EqualTo((554, "5.6.0")));
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(50_000_000));
    }

    [Test]
    public async Task So_is_one_of_endless_fields()
    {
        using var stage = new ReceiverStage();

        var reply = (await stage.ReceiveAsync(Repeated(Multipart + "--b\n", "a:\n", 500_000), "alice@example.org")).Reply;

        Assert.That((reply.Code, reply.Enhanced), Is.EqualTo((554, "5.6.0")));
    }

    [Test]
    public async Task So_is_one_of_endless_addresses_in_one_field()
    {
        using var stage = new ReceiverStage();

        var reply = (await stage.ReceiveAsync(Repeated("From: bob@mail.test\nTo: x@y.test", ",\n a@b.test", 200_000), "alice@example.org")).Reply;

        Assert.That((reply.Code, reply.Enhanced), Is.EqualTo((554, "5.6.0")));
    }

    [Test]
    public async Task A_thousand_mails_inside_each_other_are_one_mail()
    {
        using var stage = new ReceiverStage();

        var reply = (await stage.ReceiveAsync(Repeated("From: bob@mail.test\n", "Content-Type: message/rfc822\n\n", 1000), "alice@example.org")).Reply;

        Assert.That(reply.Code, Is.EqualTo(250));
    }

    [Test]
    public async Task A_thousand_multiparts_inside_each_other_are_refused_or_shown()
    {
        using var stage = new ReceiverStage();
        var mail = new StringBuilder("From: bob@mail.test\n");
        for (var depth = 0; depth < 1000; depth++)
            mail.Append(System.Globalization.CultureInfo.InvariantCulture, $"Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n");

        var reply = (await stage.ReceiveAsync(TestContent.Of(mail.ToString()), "alice@example.org")).Reply;

        Assert.That(reply.Code, Is.EqualTo(250).Or.EqualTo(554));
    }

    [Test]
    public async Task Addresses_in_groups_in_groups_are_read_to_an_end()
    {
        using var stage = new ReceiverStage();
        var groups = string.Concat(Enumerable.Repeat("g:\n ", 5000));

        var reply = (await stage.ReceiveAsync(TestContent.Of($"From: bob@mail.test\nTo: {groups}x@y.test\n\nHello\n"), "alice@example.org")).Reply;

        Assert.That(reply.Code, Is.EqualTo(250));
    }

    [TestCase("utf-7")]
    [TestCase("x-does-not-exist")]
    [TestCase("utf-8\u0000")]
    public async Task Hostile_charsets_are_read_somehow(string charset)
    {
        using var stage = new ReceiverStage();

        var reply = (await stage.ReceiveAsync(
            TestContent.Of($"From: bob@mail.test\nContent-Type: text/plain; charset=\"{charset}\"\n\n+ADw-script+AD4- Hello\n"), "alice@example.org")).Reply;

        Assert.That(reply.Code, Is.EqualTo(250));
        Assert.That(stage.Link.Sent.Single().Body, Does.Contain("Hello"));
    }

    [TestCase("\u202E")]
    [TestCase("\u2067")]
    [TestCase("\u200F")]
    public async Task Nothing_in_a_name_a_subject_or_a_file_name_turns_the_text_around(string turn)
    {
        using var stage = new ReceiverStage();

        await stage.ReceiveAsync(TestContent.Of(
            $"From: \"Bo{turn}b\" <bob@mail.test>\nSubject: in{turn}voice\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n"
            + $"--b\nContent-Type: application/octet-stream; name=\"doc{turn}fdp.exe\"\nContent-Disposition: attachment; filename=\"doc{turn}fdp.exe\"\n\nx\n--b--\n"),
            "alice@example.org");

        var shown = string.Concat(stage.Link.Sent.Select(stanza => stanza.ToXml()));
        Assert.That(shown, Does.Contain("docfdp.exe").And.Contain("invoice"));
        Assert.That(shown.Contains(turn, StringComparison.Ordinal), Is.False);
    }

    [Test]
    public async Task A_thousand_files_become_two_messages()
    {
        using var stage = new ReceiverStage { Places = { AreThere = true } };

        await stage.ReceiveAsync(
            Repeated("From: bob@mail.test\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n", "--b\nContent-Type: image/png; name=a.png\nContent-Disposition: attachment\n\nx\n", 990),
            "alice@example.org");
        await stage.RecordedAsync();
        await stage.WorkAsync();

        Assert.That(stage.Link.Sent, Has.Count.EqualTo(2));
        Assert.That(stage.Places.Seen.Single().File.Name, Is.EqualTo("files.zip"));
    }

    [Test]
    public async Task Base64_that_is_none_is_still_a_file()
    {
        using var stage = new ReceiverStage { Places = { AreThere = true } };

        await stage.ReceiveAsync(
            Repeated("From: bob@mail.test\nContent-Type: application/pdf; name=a.pdf\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n", "\u0001=%%==A=\n", 100_000),
            "alice@example.org");
        await stage.RecordedAsync();
        await stage.WorkAsync();

        Assert.That(stage.Link.Sent, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_mail_that_comes_back_to_its_author_is_554()
    {
        using var stage = new ReceiverStage();

        var reply = (await stage.ReceiveAsync(Marked(stage, "alice@example.org"), "alice@example.org")).Reply;

        Assert.That((reply.Code, reply.Enhanced, stage.Link.Sent.Count), Is.EqualTo((554, "5.4.6", 0)));
    }

    [Test]
    public async Task A_forwarder_may_bring_it_to_another_user()
    {
        using var stage = new ReceiverStage();

        var alone = (await stage.ReceiveAsync(Marked(stage, "alice@example.org"), "carol@example.org")).Reply;
        var both = (await stage.ReceiveAsync(Marked(stage, "alice@example.org"), "alice@example.org", "dave@example.org")).Reply;

        Assert.That((alone.Code, both.Code), Is.EqualTo((250, 554)));
        Assert.That(both.Text, Does.Contain("delivered to <dave@example.org>").And.Contains("not delivered to <alice@example.org>"));
        Assert.That(stage.Link.Sent.Select(stanza => stanza.To.ToString()), Is.EquivalentTo(new[] { "carol@example.org", "dave@example.org" }));
    }

    /// <summary>Nothing else of a mail is ever decompressed.</summary>
    [TestCase(200_000, 60_000_000, "[Attached: unnamed, text/rtf, 1.5 MB]")]
    [TestCase(4_000_000, 60_000_000, "[Attached: winmail.dat, Outlook data, 3.8 MB]", Description = "Eight times that is too much")]
    public async Task Compressed_text_of_Outlook_is_unpacked_within_bounds(int octets, int allocated, string shown)
    {
        using var stage = new ReceiverStage();
        var tnef = CompressedText(octets);
        var mail = TestContent.Of(
            "From: bob@mail.test\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
            + Convert.ToBase64String(tnef, Base64FormattingOptions.InsertLineBreaks).ReplaceLineEndings("\n") + "\n");
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var reply = (await stage.ReceiveAsync(mail, "alice@example.org")).Reply;

        Assert.That(reply.Code, Is.EqualTo(250));
        Assert.That(GC.GetTotalAllocatedBytes(precise: true) - before, Is.LessThan(allocated));
        Assert.That(stage.Link.Sent.Single().Body, Is.EqualTo(shown));
    }

    /// <summary>MS-OXTNEF around MS-OXRTFCP: two octets stand for seventeen, again and again.</summary>
    private static byte[] CompressedText(int octets)
    {
        var text = new MemoryStream();
        using var writer = new BinaryWriter(text);
        for (var (written, token) = (207, 0); text.Length < octets; written += 17, token++)
        {
            if (token % 8 == 0)
                writer.Write((byte)0xFF);
            writer.Write(BinaryPrimitives.ReverseEndianness((ushort)((((written + 1) % 4096) << 4) | 15)));
        }

        byte[] property =
        [
            .. Number(1), .. Number(0x10090102), .. Number(1), .. Number((int)text.Length + 16),
            .. Number((int)text.Length + 12), .. Number((int)text.Length * 8), .. Number(0x75465A4C), .. Number(0), .. text.ToArray(), .. new byte[(4 - text.Length % 4) % 4],
        ];
        return [.. Number(0x223E9F78), 1, 0, .. Attribute(0x00089006, Number(0x00010000)), .. Attribute(0x00069007, [.. Number(1252), .. Number(0)]), .. Attribute(0x00069003, property)];
    }

    private static byte[] Attribute(int tag, byte[] value) => [1, .. Number(tag), .. Number(value.Length), .. value, .. BitConverter.GetBytes((ushort)value.Sum(octet => octet))];

    private static byte[] Number(int value) => BitConverter.GetBytes(value);

    private static MessageContent Marked(ReceiverStage stage, string author) => TestContent.Mail(more: $"{LoopMark.Field}: {stage.Loops.Of("q1", Jid.Parse(author))}\n");

    private static MessageContent Repeated(string start, string unit, int times)
    {
        var text = new StringBuilder(start, start.Length + unit.Length * times);
        return TestContent.Of(text.Insert(start.Length, unit, times).ToString());
    }
}
