using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>Where messages to contacts go, in the order of the stream.</summary>
public interface IMessageReceiver
{
    /// <summary>May wait for room, never for anything slow.</summary>
    ValueTask ReceiveAsync(Stanza message, CancellationToken cancellation);

    /// <summary>Completes when every message received so far is on the disk, or refused.</summary>
    Task Committed { get; }
}
