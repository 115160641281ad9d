using System.Net;

namespace SmtpTransport.Xmpp.Component;

/// <summary>How to bind to the XMPP server as an external component (XEP-0114).</summary>
public sealed record ComponentOptions
{
    /// <summary>Where the server listens for components. A host name or address, and a port.</summary>
    public required DnsEndPoint Server { get; init; }

    /// <summary>The component's own domain.</summary>
    public required Jid Domain { get; init; }

    public required string Secret { get; init; }
}
