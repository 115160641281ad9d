using SmtpTransport.Gateway.Spool;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>What becomes of one message to a contact.</summary>
public abstract record MessageReading
{
    private MessageReading()
    {
    }

    /// <param name="Corrects">The id of the message that it takes the place of; null when it is a new one.</param>
    public sealed record Line(DraftLine Draft, string? Corrects = null) : MessageReading;

    /// <summary>The user takes a message back.</summary>
    public sealed record TakesBack(string StanzaId) : MessageReading;

    /// <summary>Chat states, receipts, markers, no body: never mailed, never answered.</summary>
    public sealed record Ignored : MessageReading;

    public sealed record Refused(StanzaError Error) : MessageReading;
}
