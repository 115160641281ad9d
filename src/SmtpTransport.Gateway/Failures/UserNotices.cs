using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.Failures;

/// <summary>What users are told about the mails that their messages became. Pure; everything comes from the JID that was addressed.</summary>
public static class UserNotices
{
    private const int MaxWords = 500;

    /// <summary>The id of an error on a message that had none: every stanza must have one.</summary>
    private const string Unnamed = "unnamed";

    /// <summary>
    /// XEP-0184: the next mail server has it. Null when nobody asked. Without a text it is kept for a client that has left only if it
    /// asks for that (XEP-0334 §4.4).
    /// </summary>
    public static Stanza? Receipt(StanzaOrigin line) => line is { WantsReceipt: true, StanzaId.Length: > 0 }
        ? Stanza.Message(line.Addressed, line.Sender, "receipt-" + line.StanzaId, "chat", new DeliveryReceipt(line.StanzaId), new StoreHint())
        : null;

    /// <summary>On the message itself, for the client that sent it.</summary>
    public static Stanza Error(StanzaOrigin line, StanzaError error) =>
        Stanza.Message(line.Addressed, line.Sender, line.StanzaId.Length > 0 ? line.StanzaId : Unnamed, "error", error);

    /// <summary>For whichever client the user has at hand, when the one that sent it is gone.</summary>
    public static Stanza Failure(StanzaOrigin line, string to, StanzaError error) =>
        Text(line, "failed", $"Not delivered to {to}: {Words(error.Text ?? error.Condition)}");

    public static Stanza TakenBack(StanzaOrigin line) => Text(line, "taken-back", "Taken back in time: the message was not sent.");

    /// <summary>The mail has links where files were meant.</summary>
    public static Stanza Linked(StanzaOrigin line, string to, IReadOnlyList<(string Name, string Why)> files) => Text(
        line,
        "linked",
        files is [var (name, why)]
            ? $"Your mail to {to} has a link instead of the file {name}: {Words(why)}. If the link is not enough, send the file once more, or a smaller one."
            : $"Your mail to {to} has links instead of these files:\n{string.Join('\n', files.Select(file => $"{file.Name}: {Words(file.Why)}"))}\nIf a link is not enough, send its file once more, or a smaller one.");

    public static Stanza Delay(DelayedMail mail) =>
        Text(mail.Line.Origin, "delayed", $"Not delivered to {mail.Address} yet; we keep trying. The last answer was: {Words(mail.Why)}");

    /// <summary>As a server further on says.</summary>
    public static Stanza DelayedOnItsWay(StanzaOrigin line, string to, SmtpReply reply) =>
        Text(line, "delayed", $"Not delivered to {to} yet; a mail server on the way keeps trying. It says: {Words(reply.ToString())}");

    /// <summary>A failure that came after the next mail server had taken the mail, and so after the receipt.</summary>
    public static StanzaError CameBack(StanzaOrigin line, StanzaError error) => error with
    {
        Text = $"{(line.WantsReceipt ? "In spite of the receipt, which told of the next mail server only, the mail came back" : "The mail came back")}: {error.Text}",
    };

    private static Stanza Text(StanzaOrigin line, string kind, string text) => Stanza.Message(
        line.Addressed,
        line.Sender.Bare,
        $"{kind}-{line.StanzaId}",
        "chat",
        new Body(text),
        line.StanzaId.Length > 0 ? new Reply(line.StanzaId, line.Sender.Bare) : null);

    private static string Words(string text) => PlainText.OneLine(text, MaxWords);
}
