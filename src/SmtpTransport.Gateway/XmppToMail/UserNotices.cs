using SmtpTransport.Gateway.Spool;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>What users are told about the mails that their messages became. Pure; everything comes from the JID that was addressed.</summary>
public static class UserNotices
{
    private const int MaxWords = 500;

    /// <summary>XEP-0184: the next mail server has it. Null when nobody asked.</summary>
    public static Stanza? Receipt(DraftLine line) => line is { WantsReceipt: true, StanzaId.Length: > 0 }
        ? Stanza.Message(line.Addressed, line.Sender, "receipt-" + line.StanzaId, "chat", new DeliveryReceipt(line.StanzaId))
        : null;

    /// <summary>On the message itself, for the client that sent it.</summary>
    public static Stanza Error(DraftLine line, StanzaError error) =>
        Stanza.Message(line.Addressed, line.Sender, line.StanzaId, "error", error);

    /// <summary>For whichever client the user has at hand, when the one that sent it is gone.</summary>
    public static Stanza Failure(DraftLine line, string to, StanzaError error) =>
        Text(line, "failed", $"Not delivered to {to}: {Words(error.Text ?? error.Condition)}");

    public static Stanza Delay(DelayedMail mail) =>
        Text(mail.Line, "delayed", $"Not delivered to {mail.Address} yet; we keep trying. The last answer was: {Words(mail.Why)}");

    private static Stanza Text(DraftLine line, string kind, string text) => Stanza.Message(
        line.Addressed,
        line.Sender.Bare,
        $"{kind}-{line.StanzaId}",
        "chat",
        new Body(text),
        line.StanzaId.Length > 0 ? new Reply(line.StanzaId, line.Sender.Bare) : null);

    private static string Words(string text) => text.Length <= MaxWords ? text : text[..MaxWords] + "...";
}
