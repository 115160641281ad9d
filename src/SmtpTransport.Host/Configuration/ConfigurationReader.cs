using Microsoft.Extensions.Configuration;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Mail.Delivery;

namespace SmtpTransport.Host.Configuration;

/// <summary>Reads every section, then says yes with a value or no with all the faults.</summary>
internal static class ConfigurationReader
{
    public static ConfigurationResult Read(IConfiguration file, IConfiguration environment)
    {
        var settings = new Settings(file, environment);
        var configuration = Read(settings, file, environment);
        settings.RefuseUnknown();
        return settings.Faults.Count == 0 ? new ConfigurationResult.Valid(configuration) : new ConfigurationResult.Faulty(settings.Faults);
    }

    /// <summary>The value is meant for use only when <paramref name="settings"/> holds no fault.</summary>
    internal static GatewayConfiguration Read(Settings settings, IConfiguration file, IConfiguration environment)
    {
        var component = XmppSection.ReadComponent(settings);
        var addresses = XmppSection.ReadAddresses(settings, component.Domain);
        var verdict = XmppSection.ReadVerdict(settings);
        var smtp = SmtpSection.ReadOptions(settings);
        var listen = SmtpSection.ReadListen(settings);
        var dkim = DkimKeys.Read(settings);
        var inbound = InboundSection.Read(settings);
        var retry = DeliverySection.ReadRetry(settings);
        return new GatewayConfiguration
        {
            Component = XmppSection.WithPingTarget(component, addresses),
            Addresses = addresses with { Hostname = smtp.Hostname },
            Verdict = verdict,
            Smtp = smtp with { TrustedNetworks = inbound.TrustedNetworks, CommandsPerMinute = inbound.CommandsPerMinute },
            Listen = listen,
            Inbound = inbound,
            Delivery = DeliverySection.ReadOptions(settings, smtp.Hostname, listen.Smtp) with
            {
                SigningKeys = [.. dkim.Select(key => key.Signing).OfType<SigningKey>()],
                // A destination that asks for less is left alone for as long as a mail that failed would wait.
                SuspendFor = [.. retry.RetryAfter.Take(5)],
            },
            Retry = retry,
            Limits = DeliverySection.ReadLimits(settings),
            DkimKeys = dkim,
            Dns = DnsSection.Read(settings),
            Storage = StorageSection.Read(settings),
            Links = WebSection.ReadLinks(settings),
            Fetch = FilesSection.ReadFetch(settings),
            Files = FilesSection.Read(settings),
            Logging = LoggingSection.Read(settings, file, environment),
            Warnings = settings.Warnings,
        };
    }
}
