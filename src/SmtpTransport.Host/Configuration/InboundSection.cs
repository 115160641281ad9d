using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Mail;

namespace SmtpTransport.Host.Configuration;

/// <summary><c>Inbound</c>: who may send us how much.</summary>
internal static class InboundSection
{
    public static InboundOptions Read(Settings settings)
    {
        var defaults = new InboundOptions();
        return new InboundOptions
        {
            MailsPerMinute = settings.Value("Inbound:MailsPerMinute", Forms.Number(1, 1_000_000), defaults.MailsPerMinute),
            NewSenderDelay = settings.Value("Inbound:NewSenderDelay", Forms.ShortTime, defaults.NewSenderDelay),
            Dnsbl = settings.List("Inbound:Dnsbl", Forms.Domain, defaults.Dnsbl),
            Rspamd = settings.Optional("Inbound:Rspamd", Forms.WebAddress),
            TrustedNetworks = settings.List("Inbound:TrustedNetworks", Forms.Network, defaults.TrustedNetworks),
            Dmarc = settings.Value("Inbound:Dmarc", Forms.Word<DmarcMode>(), defaults.Dmarc),
            TrustedSealers = [.. settings.List("Inbound:TrustedSealers", Forms.Domain, defaults.TrustedSealers).Select(MailDomain.ToAscii)],
        };
    }
}
