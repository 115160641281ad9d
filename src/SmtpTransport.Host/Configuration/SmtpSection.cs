using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Host.Configuration;

/// <summary><c>Smtp</c> and <c>Web:Listen</c>: our listeners.</summary>
internal static class SmtpSection
{
    public static SmtpOptions ReadOptions(Settings settings)
    {
        var defaults = new SmtpOptions { Hostname = "" };
        return defaults with
        {
            // Greetings, certificates and records of the DNS know A-labels alone (RFC 5890 §2.3.2.1).
            Hostname = MailDomain.ToAscii(settings.Value("Smtp:Hostname", Forms.Domain, "") is { Length: > 0 } name ? name : MachineName(settings)),
            MaxMessageSize = settings.Value("Smtp:MaxMessageSize", Forms.Octets(int.MaxValue), defaults.MaxMessageSize),
            MaxConnections = settings.Value("Smtp:MaxConnections", Forms.Number(1, 100_000), defaults.MaxConnections),
            MaxConnectionsPerAddress = settings.Value("Smtp:MaxConnectionsPerAddress", Forms.Number(1, 100_000), defaults.MaxConnectionsPerAddress),
            IdleTimeout = settings.Value("Smtp:IdleTimeout", Forms.PositiveTime, defaults.IdleTimeout),
            DataTimeout = settings.Value("Smtp:DataTimeout", Forms.PositiveTime, defaults.DataTimeout),
            Proxies = settings.List("Smtp:Proxies", Forms.Network, defaults.Proxies),
        };
    }

    public static Listeners ReadListen(Settings settings)
    {
        var smtp = settings.List("Smtp:Listen", Forms.Endpoint, [new IPEndPoint(IPAddress.Any, 25)]);
        if (smtp.Count == 0 && settings.Has("Smtp:Listen") && settings.Faults.All(fault => !fault.Key.StartsWith("Smtp:Listen", StringComparison.Ordinal)))
            settings.Fault("Smtp:Listen", "is empty", "Write at least one address:port, or leave it out for 0.0.0.0:25");
        var web = settings.Value("Web:Listen", Forms.Endpoint, new IPEndPoint(IPAddress.Loopback, 8025));
        foreach (var twice in smtp.Append(web).Where(endpoint => endpoint.Port > 0).GroupBy(endpoint => endpoint).Where(group => group.Count() > 1))
            settings.Fault(web.Equals(twice.Key) ? "Web:Listen" : "Smtp:Listen", $"has {twice.Key} twice", "Give each listener its own address and port");
        return new Listeners(smtp, web, ReadCertificate(settings));
    }

    private static CertificatePair? ReadCertificate(Settings settings)
    {
        var chain = settings.Optional("Smtp:Certificate", Forms.Text);
        var key = settings.Optional("Smtp:CertificateKey", Forms.Text);
        if (chain is null)
        {
            if (key is not null)
                settings.Fault("Smtp:CertificateKey", "is given without Smtp:Certificate", "Name the PEM file of the certificate too");
            return null;
        }

        try
        {
            using var certificate = X509Certificate2.CreateFromPemFile(chain, key ?? chain);
            return new CertificatePair(chain, key ?? chain);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            settings.Fault("Smtp:Certificate", "cannot be used with Smtp:CertificateKey",
                $"Both must be readable PEM files that belong together, the key without a passphrase: {fault.Message}");
            return null;
        }
    }

    private static string MachineName(Settings settings)
    {
        var name = System.Net.Dns.GetHostName();
        if (!settings.Has("Smtp:Hostname") && !Forms.Domain.TryParse(name, out name))
            settings.Fault("Smtp:Hostname", "is missing, and the machine's name is no domain", "Write the name that your MX record leads to");
        return name ?? "";
    }
}
