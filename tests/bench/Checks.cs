using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MimeKit;
using MimeKit.Cryptography;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.Bench;

/// <summary>What SPF, DKIM and DMARC cost: a mail that passes all three, of a domain whose name server is beside us.</summary>
internal static class Checks
{
    private const int Mails = 4000;
    private const string Sender = "bob@mail.test";

    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        using var key = RSA.Create(2048);
        await using var dns = Zone(key);
        await using var server = await XmppServer.StartNewAsync(ServerKind.Ejabberd);
        var user = await server.AddUserAsync();
        using var client = await RawChatClient.LoginAsync(server, user);
        var mail = Sign(key, user);
        var file = Path.Combine(WorkFolder.Create("signed"), "mail.eml");
        await File.WriteAllTextAsync(file, mail.ReplaceLineEndings("\n"));
        var shown = 0;

        async Task<(double Rate, TimeSpan Latency)> MeasureAsync(string mode)
        {
            await using var gateway = Gateways.New(server.Slots[0], Loopback.FreePort(), configuration =>
            {
                configuration["Inbound:Dmarc"] = mode;
                configuration["Dns:Servers"] = new JsonArray($"127.0.0.1:{dns.Port}");
            });
            await gateway.StartAsync();
            var rate = await Runs.MedianAsync($"signed mails, Inbound:Dmarc {mode}", async () =>
            {
                var figure = await Load.MailsAsync(gateway.SmtpPort, user, Mails, keepConnections: true, file);
                shown += Mails;
                await client.WaitAsync(shown, TimeSpan.FromSeconds(60));
                return figure;
            });
            var times = await DotToScreen.TimesAsync(gateway.SmtpPort, user, () => mail, async () =>
            {
                await client.WaitAsync(++shown, TimeSpan.FromSeconds(20));
                return client.LastArrival;
            });
            return (rate, Runs.Percentile(times, 0.5));
        }

        var without = await MeasureAsync("off");
        var with = await MeasureAsync("enforce");
        return
        [
            Row.Rate("mails/s in, ejabberd, SPF, DKIM and DMARC passed", with.Rate, without.Rate, 0.7, " of the same unchecked"),
            Row.Told("final dot to client, ejabberd, all checks, p50", with.Latency, without.Latency),
        ];
    }

    private static FakeDns Zone(RSA key)
    {
        var dns = new FakeDns();
        dns.AddText("mail.test", "v=spf1 ip4:127.0.0.1 -all");
        dns.AddText("_dmarc.mail.test", "v=DMARC1; p=reject");
        dns.AddText("bench._domainkey.mail.test", $"v=DKIM1; k=rsa; p={Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())}");
        return dns;
    }

    /// <summary>Without a Message-ID, so that the same octets are a new mail each time.</summary>
    private static string Sign(RSA key, string recipient)
    {
        var body = string.Concat(Enumerable.Repeat("The quick brown fox jumps over the lazy dog.\r\n", Load.Size / 46));
        using var unsigned = new MemoryStream(Encoding.ASCII.GetBytes($"From: {Sender}\r\nTo: {recipient}\r\nSubject: Bench\r\nMIME-Version: 1.0\r\n\r\n{body}"));
        using var message = MimeMessage.Load(unsigned);
        using var pem = new MemoryStream(Encoding.ASCII.GetBytes(key.ExportRSAPrivateKeyPem()));
        new DkimSigner(pem, "mail.test", "bench").Sign(message, ["From", "To", "Subject"]);
        using var signed = new MemoryStream();
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        message.WriteTo(format, signed);
        return Encoding.ASCII.GetString(signed.ToArray());
    }
}
