using System.Globalization;
using MimeKit;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.Translation;

/// <summary>What of a mail's header is of use to a client (XEP-0131).</summary>
internal static class HeaderBlock
{
    private const int MaxValue = 500;
    private const int MaxReferences = 20;
    private const int MaxKeywords = 20;

    private static readonly HeaderId[] AsTheyAre =
        [HeaderId.ListId, HeaderId.ListPost, HeaderId.ListUnsubscribe, HeaderId.ListUnsubscribePost, HeaderId.AutoSubmitted];

    /// <summary>Null when there is nothing to say.</summary>
    public static StanzaHeaders? Of(MimeMessage mail, MailHeaders headers)
    {
        List<StanzaHeader> all = [];
        Add(all, "Message-ID", headers.MessageId is { } id ? $"<{id}>" : "");
        Add(all, "In-Reply-To", headers.InReplyTo is { } answered ? $"<{answered}>" : "");
        Add(all, "References", string.Join(' ', References(headers.References).Select(reference => $"<{reference}>")));
        Add(all, "RFC2822Date", mail.Headers[HeaderId.Date] is { Length: > 0 } ? mail.Date.ToString("ddd, dd MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture) + Offset(mail.Date) : "");
        Add(all, "Urgency", Urgency(mail));
        foreach (var field in AsTheyAre)
            Add(all, field.ToHeaderName(), mail.Headers[field] ?? "");
        // RFC 5322 §3.6.5: as many of them as one likes.
        Add(all, HeaderId.Keywords.ToHeaderName(), string.Join(", ", mail.Headers.Where(field => field.Id == HeaderId.Keywords).Take(MaxKeywords).Select(field => field.Value.Trim())));
        return all.Count > 0 ? new StanzaHeaders(all) : null;
    }

    private static void Add(List<StanzaHeader> headers, string name, string value)
    {
        if (PlainText.OneLine(value, MaxValue) is { Length: > 0 } line)
            headers.Add(new StanzaHeader(name, line));
    }

    // The root and the latest ones, as RFC 5322 §3.6.4 has them when a line gets too long.
    private static IEnumerable<string> References(IReadOnlyList<string> references) =>
        references.Count <= MaxReferences ? references : references.TakeLast(MaxReferences - 1).Prepend(references[0]);

    private static string Offset(DateTimeOffset date) =>
        (date.Offset < TimeSpan.Zero ? "-" : "+") + date.Offset.ToString("hhmm", CultureInfo.InvariantCulture);

    /// <summary>XEP-0131 §4; every mail program has its own header for it.</summary>
    private static string Urgency(MimeMessage mail)
    {
        var marks = new[] { HeaderId.Importance, HeaderId.XPriority, HeaderId.Priority, HeaderId.XMSMailPriority }
            .Select(field => mail.Headers[field]?.Trim().ToLowerInvariant() ?? "");
        foreach (var mark in marks)
        {
            if (mark is "high" or "urgent" || mark.StartsWith('1') || mark.StartsWith('2'))
                return "high";
            if (mark is "low" or "non-urgent" || mark.StartsWith('4') || mark.StartsWith('5'))
                return "low";
        }

        return "";
    }
}
