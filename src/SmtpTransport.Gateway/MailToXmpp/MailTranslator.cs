using System.Globalization;
using System.Xml.Linq;
using MimeKit;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Mail to messages: a pure function of the mail and what is known around it (design §5).</summary>
public static class MailTranslator
{
    /// <summary>
    /// What the mark of a subject line inside a body is for (XEP-0428 §3): our own name, since no protocol has one.
    /// A client that shows subjects may hide that line.
    /// </summary>
    public const string SubjectFallback = "urn:smtp-transport:subject:0";

    private const int MaxSubject = 500;
    private const int MaxName = 100;
    private const int MaxNamedFiles = 10;

    private static readonly TimeSpan Late = TimeSpan.FromMinutes(5);

    static MailTranslator() => Charset.KnowAll();

    /// <summary>At least one message; the first carries the text, or a line that names the files. Each stays under 200 KiB.</summary>
    public static IReadOnlyList<Stanza> ToStanzas(MimeMessage mail, MailContext context)
    {
        var subject = PlainText.OneLine(mail.Subject ?? "", MaxSubject);
        var heading = IsNews(subject, context.PreviousSubject) ? subject + "\n\n" : "";
        var bodies = Bodies(heading, MailContent.Of(mail));
        return [.. bodies.Select((body, part) => new Stanza(
            StanzaKind.Message, context.Contact, context.User, context.StanzaId(part), "chat", new XElement(
                Stanza.Namespace + "message",
                new XAttribute("from", context.Contact),
                new XAttribute("to", context.User),
                new XAttribute("id", context.StanzaId(part)),
                new XAttribute("type", "chat"),
                part == 0 ? First(mail, context, subject, heading) : null,
                new XElement(Stanza.Namespace + "body", body),
                new XElement(Stanza.Namespace + "thread", context.Thread),
                new XElement(XName.Get("origin-id", "urn:xmpp:sid:0"), new XAttribute("id", context.StanzaId(part))),
                new XElement(XName.Get("unstyled", "urn:xmpp:styling:0")),
                Delay(context))))];
    }

    /// <summary>What only the first message of a mail says.</summary>
    private static IEnumerable<XElement> First(MimeMessage mail, MailContext context, string subject, string heading)
    {
        if (subject.Length > 0)
        {
            yield return new XElement(Stanza.Namespace + "subject", subject);
        }

        if (heading.Length > 0)
        {
            yield return new XElement(
                XName.Get("fallback", "urn:xmpp:fallback:0"),
                new XAttribute("for", SubjectFallback),
                new XElement(
                    XName.Get("body", "urn:xmpp:fallback:0"),
                    new XAttribute("start", 0),
                    new XAttribute("end", PlainText.CodePoints(heading))));
        }

        if (context.ReplyTo is { } target)
        {
            yield return new XElement(
                XName.Get("reply", "urn:xmpp:reply:0"), new XAttribute("id", target.StanzaId), new XAttribute("to", target.To));
        }

        if (context.FirstContact && DisplayName(mail) is { } name)
        {
            yield return new XElement(XName.Get("nick", "http://jabber.org/protocol/nick"), name);
        }
    }

    private static bool IsNews(string subject, string? previous) =>
        subject.Length > 0
        && (previous is null || !SubjectLine.Base(subject).Equals(SubjectLine.Base(previous), StringComparison.OrdinalIgnoreCase));

    private static List<string> Bodies(string heading, MailContent content)
    {
        var files = FileLines(content.Attachments);
        var text = content.Text.Length > 0 || files.Length > 0 ? content.Text : "(no text)";
        var (pieces, cut) = TextPieces.Of(heading + text);
        if (pieces.Count == 0)
        {
            pieces.Add("");
        }

        if (cut + content.Unread > 0)
        {
            pieces[^1] += $"\n\n[Cut here: about {Thousands(cut + content.Unread)} more characters are in the mail]";
        }

        if (files.Length > 0)
        {
            pieces[^1] = (pieces[^1] + "\n\n" + files).Trim('\n');
        }

        return pieces;
    }

    private static string FileLines(IReadOnlyList<Attachment> files)
    {
        var named = files.Take(MaxNamedFiles).Select(file => file.ToString());
        return string.Join('\n', files.Count > MaxNamedFiles ? named.Append($"[and {files.Count - MaxNamedFiles} more files]") : named);
    }

    private static string Thousands(long count) =>
        count < 1000 ? count.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{count / 1000},000");

    // Our own receive time: the Date header is the sender's word (XEP-0203 §2).
    private static XElement? Delay(MailContext context) =>
        context.Now - context.ReceivedAt < Late ? null : new XElement(
            XName.Get("delay", "urn:xmpp:delay"),
            new XAttribute("from", context.Contact.Domain),
            new XAttribute("stamp", context.ReceivedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));

    private static string? DisplayName(MimeMessage mail) =>
        PlainText.OneLine(mail.From.Mailboxes.FirstOrDefault()?.Name ?? "", MaxName) is { Length: > 0 } name ? name : null;
}
