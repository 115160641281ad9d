using SmtpTransport.Gateway.Spool;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.Translation;

/// <summary>A file of a mail as a message of its own, or the message that says why it does not come.</summary>
public static class FileMessage
{
    /// <summary>The body is the link and nothing else: then clients show the file itself (XEP-0066 §3).</summary>
    /// <param name="stanzaId">The same whenever the same file is sent again.</param>
    public static Stanza Of(MailContext context, string stanzaId, FileMetadata file, bool isInline, string url) => Message(
        context,
        stanzaId,
        new Body(url),
        new OutOfBandData(url),
        new FileSharing(file, [url]) { Disposition = isInline ? "inline" : "attachment" },
        new Fallback(FileSharing.Namespace.NamespaceName, TextRange.Whole));

    /// <param name="what">Name, kind and size.</param>
    public static Stanza Empty(MailContext context, string stanzaId, string what) => Message(context, stanzaId, new Body($"[Attached: {what}, empty]"));

    /// <param name="what">As above.</param>
    /// <param name="why">Such as <c>the server takes no files larger than 10.0 MB</c>.</param>
    public static Stanza Failed(MailContext context, string stanzaId, string what, string why) =>
        Message(context, stanzaId, new Body($"[Not delivered: {what}. The reason: {why}. {Cure(context)}]"));

    /// <param name="what">As above.</param>
    public static Stanza Late(MailContext context, string stanzaId, string what) => Message(
        context, stanzaId, new Body($"[Still on its way: {what}. Files cannot be put where you can fetch them now; the mail gateway keeps trying.]"));

    private static string Cure(MailContext context) => context.PageLink is { } page
        ? $"It is in the whole mail: {page}"
        : "Ask the sender for another way, such as a link.";

    private static Stanza Message(MailContext context, string stanzaId, params IPayload[] content) => Stanza.Message(
        context.Contact,
        context.User,
        stanzaId,
        "chat",
        [.. content, new MessageThread(context.Thread), new OriginId(stanzaId), new StoreHint(), new Unstyled(), context.Lateness]);
}
