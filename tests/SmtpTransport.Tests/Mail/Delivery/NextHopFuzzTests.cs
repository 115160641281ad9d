using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Mail.Delivery;

/// <summary>Whatever a next hop says, and wherever it stops, an attempt ends with an outcome for each recipient, and never throws.</summary>
internal sealed class NextHopFuzzTests : DeliveryFixture
{
    /// <summary>However short the time: by then there has been every outcome.</summary>
    private const int AtLeast = 60;

    private static readonly string[] Stages = ["banner", "ehlo", "helo", "starttls", "mail", "rcpt", "data", "bdat", "eod", "rset"];

    private static readonly string[] Pieces =
    [
        "220 ", "250 ", "250-", "250", "252 ", "354 ", "421 4.7.0 ", "450 4.2.0 ", "452-4.5.3 ", "500 ", "550 5.1.1 ", "552-5.2.2 ", "554-", "600 ", "99 ", "-1 ", "2", "5.1.1", "4.999.9999 ",
        "\r\n", "\r\n", "\n", "\r", "\0", "\u00e9", "\u00ff", " ", "-", "x", "<bob@mail.test>", "PIPELINING", "CHUNKING", "8BITMIME", "SMTPUTF8", "DSN", "STARTTLS", "REQUIRETLS", "AUTH PLAIN",
        "AUTH=", "SIZE", "SIZE 0", "SIZE 10", "SIZE -1", "SIZE 99999999999999999999", "LIMITS RCPTMAX=0", "ENHANCEDSTATUSCODES", new string('x', 3000),
    ];

    private static readonly X509Certificate2 Certificate = TestCertificates.For("mx.test");

    private static readonly SmtpTimeouts Short = new()
    {
        Reply = TimeSpan.FromMilliseconds(50),
        PipelinedRecipient = TimeSpan.Zero,
        FinalDot = TimeSpan.FromMilliseconds(50),
        Quit = TimeSpan.FromMilliseconds(20),
    };

    [Test]
    public async Task Every_attempt_has_an_outcome()
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable("SMTPTRANSPORT_FUZZ_SECONDS") ?? "2", CultureInfo.InvariantCulture);
        var random = new Random(20261130);
        var clock = Stopwatch.StartNew();
        var (rounds, delivered, deferred, failed) = (0, 0, 0, 0);
        for (; rounds < AtLeast || clock.Elapsed.TotalSeconds < seconds; rounds++)
        {
            await using var mx = new FakeMx { Certificate = random.Next(4) == 0 ? Certificate : null };
            var script = new List<string>();
            for (var rules = random.Next(1, 4); rules > 0; rules--)
            {
                var (stage, reply, hangUp) = (Stages[random.Next(Stages.Length)], string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => Pieces[random.Next(Pieces.Length)])), random.Next(4) == 0);
                mx.When(stage, reply, hangUp: hangUp);
                script.Add($"{stage}: {Uri.EscapeDataString(reply)}{(hangUp ? " and gone" : "")}");
            }

            mx.Extensions = [.. Enumerable.Range(0, random.Next(5)).Select(_ => Pieces[random.Next(Pieces.Length)].Trim('\r', '\n')), "PIPELINING"];
            await using var sender = NewSender(mx);
            try
            {
                foreach (var outcome in await SendAsync(sender, Bob, Carol))
                {
                    delivered += outcome is DeliveryOutcome.Delivered ? 1 : 0;
                    deferred += outcome is DeliveryOutcome.Deferred ? 1 : 0;
                    failed += outcome is DeliveryOutcome.Failed ? 1 : 0;
                }
            }
            catch (Exception thrown)
            {
                Assert.Fail($"{string.Join("; ", script.Concat(mx.Extensions))}: {thrown}");
            }
        }

        TestContext.Out.WriteLine($"{rounds} conversations with servers that say anything: {delivered} recipients delivered, {deferred} deferred, {failed} failed");
        Assert.That(new[] { delivered, deferred, failed }, Is.All.GreaterThan(0));
        Assert.That(delivered + deferred + failed, Is.EqualTo(2 * rounds));
    }

    private MailSender NewSender(FakeMx mx) => new(
        new DeliveryOptions { Hostname = "gateway.test", Relay = new RelayOptions("127.0.0.1", mx.Port, false, null, null) },
        new FakeDns(), Policies, Seen, TimeProvider.System, NullLogger<MailSender>.Instance, Short, DestinationLimits.Default);
}
