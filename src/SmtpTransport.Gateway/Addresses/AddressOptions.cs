using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Addresses;

/// <summary>Whose addresses we answer for (configuration <c>Xmpp:Domain</c>, <c>Xmpp:Users</c>, <c>Xmpp:LocalDomains</c>, <c>Mail:Domains</c>).</summary>
public sealed record AddressOptions
{
    /// <summary>The component's JID, and the mail domain of mapped addresses.</summary>
    public required Jid Component { get; init; }

    /// <summary>Our name as an SMTP host; postmaster is answered there too (RFC 5321 §4.5.1).</summary>
    public string? Hostname { get; init; }

    /// <summary>XMPP domains whose users may send and receive, without the <c>*</c>.</summary>
    public required IReadOnlyList<string> Users { get; init; }

    /// <summary><c>*</c> was listed: any XMPP domain, within the limits of federation.</summary>
    public bool AnyUsers { get; init; }

    /// <summary>Domains hosted by the server we bind to: their verdict comes before the pong.</summary>
    public required IReadOnlyList<string> LocalDomains { get; init; }

    /// <summary>Mail domain to XMPP domain.</summary>
    public IReadOnlyDictionary<string, string> MailDomains { get; init; } = new Dictionary<string, string>();

    /// <summary>Bare JIDs that get postmaster's mail.</summary>
    public IReadOnlyList<Jid> Admins { get; init; } = [];
}
