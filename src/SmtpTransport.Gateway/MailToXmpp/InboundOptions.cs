using System.Net;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Which clients may send us how much, and what (configuration section <c>Inbound</c>).</summary>
public sealed record InboundOptions
{
    /// <summary>Transactions per client address (IPv6: per /64); beyond: 421. The limits that follow grow with it.</summary>
    public int MailsPerMinute { get; init; } = 300;

    /// <summary>RCPTs per client address; a mail to many is rare.</summary>
    public int RecipientsPerMinute => 10 * MailsPerMinute;

    /// <summary>Commands per client address: EHLO, STARTTLS, EHLO, MAIL, ten RCPT, DATA and QUIT, and twice as many again.</summary>
    public int CommandsPerMinute => 50 * MailsPerMinute;

    /// <summary>Mails from one author's domain, over all clients: large providers have many.</summary>
    public int DomainMailsPerMinute => 10 * MailsPerMinute;

    /// <summary>How long the first mail of a sender waits for its reply.</summary>
    public TimeSpan NewSenderDelay { get; init; }

    /// <summary>Zones of DNS blocklists.</summary>
    public IReadOnlyList<string> Dnsbl { get; init; } = [];

    /// <summary>rspamd's <c>/checkv2</c>; null without.</summary>
    public Uri? Rspamd { get; init; }

    /// <summary>Skip limits and refusals. Nobody else is exempt, loopback included.</summary>
    public IReadOnlyList<IPNetwork> TrustedNetworks { get; init; } = [];

    public DmarcMode Dmarc { get; init; } = DmarcMode.Enforce;

    /// <summary>Domains whose ARC seal softens a DMARC failure.</summary>
    public IReadOnlyList<string> TrustedSealers { get; init; } = [];

    public bool Trusts(SmtpClient client) => client.IsOurselves || ClientNetwork.IsIn(TrustedNetworks, client.Address);
}
