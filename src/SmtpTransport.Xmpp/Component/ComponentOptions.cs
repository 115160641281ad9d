using System.Net;

namespace SmtpTransport.Xmpp.Component;

/// <summary>How to bind to the XMPP server as an external component (XEP-0114).</summary>
public sealed record ComponentOptions
{
    private readonly Jid? pingTarget;

    /// <summary>Where the server listens for components. A host name or address, and a port.</summary>
    public required DnsEndPoint Server { get; init; }

    /// <summary>The component's own domain.</summary>
    public required Jid Domain { get; init; }

    public required string Secret { get; init; }

    /// <summary>
    /// The domain that is pinged for confirmations and signs of life: any that the server itself hosts, for another server's
    /// answer proves nothing. By default the parent of <see cref="Domain"/>.
    /// </summary>
    public Jid PingTarget
    {
        get => pingTarget ?? ParentOf(Domain);
        init => pingTarget = value;
    }

    private static Jid ParentOf(Jid component) =>
        component.Domain.IndexOf('.', StringComparison.Ordinal) is var dot and > 0
            ? new Jid("", component.Domain[(dot + 1)..], "")
            : component;
}
