using System.Diagnostics;
using System.Globalization;
using System.Text;
using CsCheck;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Mail.Smtp;

/// <summary>No octets make a session throw, hang, or lose count of where it is.</summary>
internal sealed class SmtpFuzzTests
{
    // What conversations are made of, sound and broken.
    private static readonly string[] Pieces =
    [
        "EHLO a.test\r\n", "HELO a.test\r\n", "MAIL FROM:<a@b.test>\r\n", "MAIL FROM:<> SMTPUTF8 PRDR RET=FULL ENVID=x SIZE=9\r\n",
        "RCPT TO:<c@d.test>\r\n", "RCPT TO:<e@f.test> NOTIFY=NEVER ORCPT=rfc822;x+2B\r\n", "DATA\r\n", "Subject: x\r\n\r\nbody\r\n", "\r\n.\r\n",
        ".\r\n", "..x\r\n", "BDAT 6\r\nabcd\r\n", "BDAT 0 LAST\r\n", "BDAT 4 LAST\r\nab\r\n", "RSET\r\n", "NOOP\r\n", "VRFY x\r\n", "STARTTLS\r\n",
        "\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r\r\n.\r\n", "\r", "\n", ".", "\0", "\xff", "é", " ", "<", ">", "\"", "\\", ":", "@", "=", "x",
        "Received: x\r\n", "QUIT\r\n",
    ];

    private static readonly Gen<string> Conversations =
        Gen.Frequency((9, Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i])), (1, Gen.Char['\0', '\xff'].Select(c => c.ToString()))).Array[0, 40].Select(string.Concat);

    [Test]
    public void Octets_mean_the_same_however_they_are_cut() =>
        Gen.Select(Conversations, Gen.Int[1, 7].Array[1, 50]).Sample(
            (conversation, cuts) =>
            {
                var whole = Talk(conversation, [conversation.Length + 1]);
                var cut = Talk(conversation, cuts);
                return whole == cut;
            },
            iter: 300,
            threads: 1);

    [Test]
    public void Data_ends_and_reads_as_a_simple_reference_has_it() =>
        Gen.Frequency((3, Gen.Const("\r\n")), (3, Gen.Const(".")), (1, Gen.Const("\r")), (1, Gen.Const("\n")), (1, Gen.Const("a")))
            .Array[0, 12].Select(string.Concat).Sample(
            said =>
            {
                var lines = "\r\n" + said + "\r\n.\r\n";
                var end = lines.IndexOf("\r\n.\r\n", StringComparison.Ordinal) + 2;
                var meant = lines[..end].Replace("\r\n.", "\r\n")[2..];
                var bare = meant.Replace("\r\n", "").AsSpan().ContainsAny('\r', '\n');
                using var stage = new SmtpStage();
                var client = stage.Connect();
                client.Send("HELO a.test\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.test>\r\nDATA\r\n");
                client.ReadAvailable();
                client.Send(lines[2..(end + 3)]);
                return client.ReadAvailable().StartsWith(bare ? "550 5.5.2" : "250 2.0.0", StringComparison.Ordinal)
                    && stage.Receiver.Mails.SingleOrDefault()?.Text == (bare ? null : meant);
            },
            iter: 2000,
            threads: 1);

    [Test]
    public void Chunks_carry_what_they_hold_however_it_is_cut() =>
        Gen.Select(
            Gen.Frequency((4, Gen.Const("\r\n")), (2, Gen.Const(".")), (1, Gen.Const("\r")), (1, Gen.Const("\n")), (2, Gen.Const("a")), (1, Gen.Const("QUIT"))).Array[0, 12].Select(string.Concat),
            Gen.Int[0, 5].Array[1, 6]).Sample(
            (meant, sizes) =>
            {
                var bare = meant.Replace("\r\n", "").AsSpan().ContainsAny('\r', '\n');
                using var stage = new SmtpStage();
                var client = stage.Connect();
                client.Send("HELO a.test\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.test>\r\n");
                client.ReadAvailable();
                var at = 0;
                foreach (var size in sizes)
                {
                    var chunk = meant.Substring(at, Math.Min(size, meant.Length - at));
                    client.Send($"BDAT {chunk.Length}\r\n{chunk}");
                    at += chunk.Length;
                }

                client.Send($"BDAT {meant.Length - at} LAST\r\n{meant[at..]}");
                var reply = client.ReadAvailable().TrimEnd().Split("\r\n")[^1];
                return reply.StartsWith(bare ? "550 5.5.2" : "250 2.0.0", StringComparison.Ordinal) && stage.Receiver.Mails.SingleOrDefault()?.Text == (bare ? null : meant);
            },
            iter: 2000,
            threads: 1);

    [Test]
    public void A_session_is_in_sync_after_anything()
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable("SMTPTRANSPORT_FUZZ_SECONDS") ?? "2", CultureInfo.InvariantCulture);
        var random = new Random(20261122);
        var clock = Stopwatch.StartNew();
        var rounds = 0;
        while (clock.Elapsed.TotalSeconds < seconds)
        {
            var said = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            var octets = said.ToCharArray();
            for (var flips = random.Next(4); flips > 0 && octets.Length > 0; flips--)
                octets[random.Next(octets.Length)] = (char)random.Next(256);
            CheckSync(new string(octets));
            rounds++;
        }
        TestContext.Out.WriteLine($"{rounds} conversations");
        Assert.That(rounds, Is.Positive);
    }

    // Whatever was said before: an end of data and an end of line later, the server reads commands again, or has ended the session.
    private static void CheckSync(string said)
    {
        using var stage = new SmtpStage();
        var client = stage.Connect();
        client.Send(said);
        // A chunk that is still owed has one digit.
        client.Send(new string('x', 9) + "\r\n.\r\n");
        client.Send("\r\nRSET\r\n");
        for (var i = 0; i < 20; i++)
            stage.Time.Advance(TimeSpan.FromSeconds(1));
        client.ReadAvailable();
        client.Send("NOOP\r\n");
        for (var i = 0; i < 20 && !client.Session.IsCompleted; i++)
            stage.Time.Advance(TimeSpan.FromSeconds(1));
        var reply = client.ReadAvailable();
        var answered = client.Session.IsCompleted || reply.Contains("250 2.0.0 OK\r\n", StringComparison.Ordinal);
        Assert.That(answered, Is.True, () => $"out of sync after {Uri.EscapeDataString(said)}: {reply}");
        client.Close();
        Assert.That(client.Session.IsCompletedSuccessfully, Is.True, () => $"hangs after {Uri.EscapeDataString(said)}");
    }

    private static string Talk(string conversation, int[] cuts)
    {
        using var stage = new SmtpStage();
        var client = stage.Connect();
        for (int at = 0, i = 0; at < conversation.Length; i++)
        {
            var length = Math.Min(cuts[i % cuts.Length], conversation.Length - at);
            client.Send(conversation.Substring(at, length));
            at += length;
            // Errors are answered slowly from the eleventh on.
            stage.Time.Advance(TimeSpan.FromMilliseconds(1));
        }
        for (var i = 0; i < 20; i++)
            stage.Time.Advance(TimeSpan.FromSeconds(1));
        client.Close();
        Assert.That(client.Session.IsCompletedSuccessfully, Is.True, "hangs");
        var mails = stage.Receiver.Mails.Select(mail => $"{mail.Envelope.ReversePath}>{string.Join(',', mail.Envelope.Recipients)}:{mail.Text}:{Convert.ToHexString(mail.BodyHash)}");
        return client.ReadAvailable() + string.Join("|", mails);
    }
}
