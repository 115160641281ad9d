namespace SmtpTransport.Xmpp.Component;

/// <summary>What the rest of the program may do with the component link.</summary>
public interface IStanzaSender
{
    /// <summary>Null while the component is bound; otherwise since when it has not been.</summary>
    DateTimeOffset? DownSince { get; }

    /// <summary>When the link broke last, also when it is up again; null when it never did. Our own stop is no break.</summary>
    DateTimeOffset? BrokenAt { get; }

    /// <summary>Why the component is not bound, with the cure; null while it is, or when nothing is known.</summary>
    string? Problem => null;

    /// <summary>
    /// Hands a stanza to the link: in order, waiting for room. What the server has not confirmed when the link breaks is
    /// sent again, with the same id, on the next one (XEP-0114 has no acknowledgement of its own).
    /// </summary>
    ValueTask SendAsync(Stanza stanza, CancellationToken cancellation);

    /// <summary>
    /// Sends a message and waits for the server's own word on it: an error that came before the pong of a ping sent after
    /// it, or that pong. One ping serves every message in flight. Survives reconnects; cancelling withdraws the message if
    /// it has not been written yet, and stops it from being sent again.
    /// </summary>
    Task<DeliveryVerdict> SendConfirmedAsync(Stanza message, CancellationToken cancellation);

    /// <summary>Sends an iq of type get or set and returns its result or error stanza.</summary>
    Task<Stanza> QueryAsync(Stanza iq, CancellationToken cancellation);
}
