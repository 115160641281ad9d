using SmtpTransport.Gateway.Spool;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>What becomes of one message to a contact.</summary>
public abstract record MessageReading
{
    private MessageReading()
    {
    }

    public sealed record Line(DraftLine Draft) : MessageReading;

    /// <summary>Chat states, receipts, markers, no body: never mailed, never answered.</summary>
    public sealed record Ignored : MessageReading;

    public sealed record Refused(StanzaError Error) : MessageReading;
}
