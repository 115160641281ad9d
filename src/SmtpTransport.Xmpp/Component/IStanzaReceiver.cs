namespace SmtpTransport.Xmpp.Component;

/// <summary>Where stanzas from the link go, in the order in which they came.</summary>
public interface IStanzaReceiver
{
    /// <summary>
    /// Everything but answers to our own queries and errors that became a <see cref="DeliveryVerdict"/>. The link reads on
    /// when the task completes, so this must not wait for anything slow; it may wait for room (backpressure).
    /// </summary>
    ValueTask ReceiveAsync(Stanza stanza, CancellationToken cancellation);

    /// <summary>The component is bound.</summary>
    void LinkUp();

    /// <summary>The link broke, and not by our own stop; what was taken in the last seconds may be lost with the server (design §3).</summary>
    void LinkDown();
}
