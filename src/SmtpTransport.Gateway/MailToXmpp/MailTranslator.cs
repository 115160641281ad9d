using System.Globalization;
using MimeKit;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Mail to messages: a pure function of the mail and what is known around it (design §5).</summary>
public static class MailTranslator
{
    /// <summary>
    /// What the mark of a subject line inside a body is for (XEP-0428 §3): our own name, since no protocol has one.
    /// A client that shows subjects may hide that line.
    /// </summary>
    public const string SubjectFallback = "urn:smtp-transport:subject:0";

    private const int MaxNamedFiles = 10;

    private static readonly TimeSpan Late = TimeSpan.FromMinutes(5);

    /// <summary>At least one message; the first carries the text, or a line that names the files. Each stays under 200 KiB.</summary>
    public static IReadOnlyList<Stanza> ToStanzas(MimeMessage mail, MailContext context)
    {
        var headers = MailHeaders.Of(mail);
        var heading = IsNews(headers, context.PreviousSubject) ? headers.Subject + "\n\n" : "";
        var bodies = Bodies(heading + WarningLines(context.Warnings), MailContent.Of(mail));
        return [.. bodies.Select((body, part) => Stanza.Message(
            context.Contact,
            context.User,
            context.StanzaId(part),
            "chat",
            [.. part == 0 ? First(headers, context, heading) : [],
                new Body(body),
                new MessageThread(context.Thread),
                new OriginId(context.StanzaId(part)),
                new Unstyled(),
                Lateness(context)]))];
    }

    /// <summary>What only the first message of a mail says.</summary>
    private static IPayload?[] First(MailHeaders headers, MailContext context, string heading) =>
    [
        headers.Subject.Length > 0 ? new Subject(headers.Subject) : null,
        heading.Length > 0 ? new Fallback(SubjectFallback, TextRange.Of(heading)) : null,
        context.ReplyTo is { } target ? new Reply(target.StanzaId, target.To) : null,
        context.FirstContact && headers.DisplayName is { } name ? new Nick(name) : null,
    ];

    private static bool IsNews(MailHeaders headers, string? previous) =>
        headers.Subject.Length > 0
        && (previous is null || !headers.BaseSubject.Equals(SubjectLine.Base(previous), StringComparison.OrdinalIgnoreCase));

    private static string WarningLines(IReadOnlyList<string> warnings) =>
        warnings.Count > 0 ? string.Concat(warnings.Select(warning => $"[Warning: {warning}]\n")) + "\n" : "";

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
    private static Delay? Lateness(MailContext context) =>
        context.Now - context.ReceivedAt < Late ? null : new Delay(context.ReceivedAt, new Jid("", context.Contact.Domain, ""));
}
