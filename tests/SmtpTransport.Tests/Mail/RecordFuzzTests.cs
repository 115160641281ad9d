using System.Diagnostics;
using System.Globalization;
using System.Text;
using MimeKit;
using SmtpTransport.Gateway.Bounces;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Authentication.Dkim;
using SmtpTransport.Mail.Authentication.Dmarc;
using SmtpTransport.Mail.Authentication.Spf;
using SmtpTransport.Mail.Delivery.MtaSts;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Tests.Mail;

/// <summary>What strangers publish or send is read, or is not: it never throws, and no text takes long.</summary>
internal sealed class RecordFuzzTests
{
    private static readonly string[] Splinters =
    [
        "", " ", ";", ":", "=", "%", "%{", "}", "%{d1r.-}", "/", "//", "ip4:1.2.3.4/", "ip6:::/129", "include:", "redirect=", "exp=", "v=", "p=", "np=reject",
        "\"", "\\", "<", ">", "@", "@[", "[IPv6:", "(", ")", ".", "..", "-", "+", "\r", "\n", "\r\n", "\r\n\r\n", "\0", "\t", "é", "\ud800", "ß", "xn--", "xn--a", "\u202e",
        "99999999999999999999", "-1", "*", "--b", "--b--", "Content-Type: multipart/report; boundary=b", "Final-Recipient: rfc822;", "Status: 5.", "Action: failed",
    ];

    private static readonly TestCaseData[] Targets =
    [
        Target("SPF", Spf, "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 a:%{d2}.test/24//64 include:_spf.%{l1r-}.test exists:%{ir}.x.test mx ptr ?all", "v=spf1 redirect=_spf.test exp=why.%{o}"),
        Target("DMARC", text => DmarcRecord.Parse(text), "v=DMARC1; p=reject; sp=none; np=quarantine; adkim=s; aspf=r; t=y; psd=n; rua=mailto:a@b.test"),
        Target("a DKIM key", text => DkimKeyRecord.Parse(text), "v=DKIM1; k=ed25519; h=sha256; s=email; t=y:s; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="),
        Target("an MTA-STS record", text => StsRecord.Id([text]), "v=STSv1; id=20261122T000000;"),
        Target("an MTA-STS policy", text => StsPolicy.Parse(text), "version: STSv1\r\nmode: enforce\r\nmx: mx.mail.test\r\nmx: *.mail.test\r\nmax_age: 604800\r\n"),
        Target("an address", text => EmailAddress.TryParse(text, out _), "bob@mail.test", "\"a \\\" b\"@[IPv6:2001:db8::1]", "grüße@bücher.test", "a%b@c.test"),
        Target("a command", text => SmtpCommandParser.Parse(Encoding.UTF8.GetBytes(text).AsSpan(0, Math.Min(Encoding.UTF8.GetByteCount(text), SmtpLimits.CommandLine))),
            "MAIL FROM:<@a,@b:c@d.test> SIZE=10 BODY=8BITMIME RET=FULL ENVID=a+2Bb SMTPUTF8", "RCPT TO:<\"a b\"@c.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+20b", "BDAT 100 LAST"),
        Target("a bounce", Bounce,
            "From: MAILER-DAEMON@a.test\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
            + "Reporting-MTA: dns; a.test\r\n\r\nFinal-Recipient: rfc822; bob@mail.test\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 No\r\n--b--\r\n",
            "From: MAILER-DAEMON@a.test\r\nSubject: failure notice\r\n\r\nHi. This is the qmail-send program.\r\n\r\n<bob@mail.test>:\r\n550 5.1.1 No such user\r\n\r\n--- Below this line is a copy of the message.\r\n"),
    ];

    [TestCaseSource(nameof(Targets))]
    public void Nothing_throws(string what, Action<string> read, string[] seeds)
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable("SMTPTRANSPORT_FUZZ_SECONDS") ?? "0.5", CultureInfo.InvariantCulture);
        var random = new Random(20261122);
        var clock = Stopwatch.StartNew();
        var rounds = 0;
        for (; clock.Elapsed.TotalSeconds < seconds; rounds++)
        {
            var text = Mutate(seeds[random.Next(seeds.Length)], random);
            Assert.That(() => read(text), Throws.Nothing, () => Uri.EscapeDataString(text.Replace('\ud800', '?')));
        }

        TestContext.Out.WriteLine($"{rounds} mutations of {what}");
        Assert.That(rounds, Is.Positive);
    }

    private static string Mutate(string seed, Random random)
    {
        var text = new StringBuilder(seed);
        for (var edits = random.Next(1, 8); edits > 0; edits--)
        {
            var at = random.Next(text.Length + 1);
            switch (random.Next(4))
            {
                case 0:
                    text.Insert(at, Splinters[random.Next(Splinters.Length)]);
                    break;
                case 1:
                    text.Remove(at, Math.Min(random.Next(8), text.Length - at));
                    break;
                case 2 when at < text.Length:
                    text[at] = (char)random.Next(random.Next(2) == 0 ? 128 : 65536);
                    break;
                default:
                    text.Insert(at, text.ToString(at, Math.Min(random.Next(40), text.Length - at)));
                    break;
            }
        }

        return text.ToString();
    }

    private static void Spf(string text)
    {
        if (SpfRecord.IsPolicy(text))
            SpfRecord.Parse(text);
        MacroString.ParseDomain(text);
        MacroString.ParseExplanation(text);
    }

    private static void Bounce(string text)
    {
        MimeMessage mail;
        try
        {
            mail = MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(text)));
        }
        catch (FormatException)
        {
            // No mail at all: the gateway refuses it before.
            return;
        }

        BounceReader.Read(mail);
    }

    private static TestCaseData Target(string what, Action<string> read, params string[] seeds) =>
        new TestCaseData(what, read, seeds).SetArgDisplayNames(what);
}
