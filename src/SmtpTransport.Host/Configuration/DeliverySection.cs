using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Mail.Delivery;

namespace SmtpTransport.Host.Configuration;

/// <summary><c>Delivery</c> and <c>Tls</c>: how mail leaves.</summary>
internal static class DeliverySection
{
    private const string TlsKey = "Tls:TrustedCertificates";

    public static DeliveryOptions ReadOptions(Settings settings, string hostname, IReadOnlyList<IPEndPoint> own)
    {
        var defaults = new DeliveryOptions { Hostname = hostname, OwnEndpoints = own };
        return defaults with
        {
            Relay = SecretFiles.Read(settings, "Delivery:Relay", "Delivery:RelayFile", RelayAddress.Form),
            Port = settings.Value("Delivery:Port", Forms.Number(1, 65535), defaults.Port),
            AllowPrivateAddresses = settings.Value("Delivery:AllowPrivateAddresses", Forms.Flag, defaults.AllowPrivateAddresses),
            TrustedCertificates = ReadTrusted(settings),
        };
    }

    public static RetryOptions ReadRetry(Settings settings)
    {
        var defaults = new RetryOptions();
        var retryAfter = settings.List("Delivery:RetryAfter", Forms.RetryPause, defaults.RetryAfter);
        if (settings.Find("Delivery:RetryAfter") is { Value: "" })
            settings.Fault("Delivery:RetryAfter", "is empty", "Write at least one pause, such as [\"00:15\"]");
        return new RetryOptions
        {
            RetryAfter = retryAfter,
            GiveUpAfter = settings.Value("Delivery:GiveUpAfter", Forms.PositiveTime, defaults.GiveUpAfter),
            HoldFor = settings.Value("Delivery:HoldFor", Forms.Time, defaults.HoldFor),
        };
    }

    public static SendingLimits ReadLimits(Settings settings)
    {
        var defaults = new SendingLimits();
        return new SendingLimits
        {
            MessagesPerHour = settings.Value("Delivery:MessagesPerHour", Forms.Number(0, 1_000_000), defaults.MessagesPerHour),
            RecipientsPerDay = settings.Value("Delivery:RecipientsPerDay", Forms.Number(0, 1_000_000), defaults.RecipientsPerDay),
            NewRecipientsPerDay = settings.Value("Delivery:NewRecipientsPerDay", Forms.Number(0, 1_000_000), defaults.NewRecipientsPerDay),
            Burst = settings.Value("Delivery:Burst", Forms.Number(0, 1_000_000), defaults.Burst),
        };
    }

    private static X509Certificate2Collection ReadTrusted(Settings settings)
    {
        var trusted = new X509Certificate2Collection();
        if (settings.Optional(TlsKey, Forms.Text) is not { } file)
            return trusted;
        try
        {
            trusted.ImportFromPemFile(file);
            if (trusted.Count == 0)
                settings.Fault(TlsKey, "names a file without certificates", "Name a PEM file with at least one BEGIN CERTIFICATE block");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException)
        {
            settings.Fault(TlsKey, "cannot be used", $"Name a readable PEM file with certificates: {fault.Message}");
        }

        return trusted;
    }
}
