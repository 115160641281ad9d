using System.Buffers;
using MimeKit;
using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.Text;

/// <summary>Tells what machines wrote: no automatic mail of ours ever answers it (RFC 3834 §2), so that no two machines talk forever.</summary>
public static class AutomaticMail
{
    private static readonly string[] Precedences = ["bulk", "list", "junk", "auto_reply"];

    // Of the makers of answering machines that came before RFC 3834. X-Auto-Response-Suppress is not one of them: people's mail carries it too.
    private static readonly string[] Marks = ["X-Autoreply", "X-Autorespond", "X-Autoresponder"];

    // RFC 3834 §2 names most of them.
    private static readonly string[] Machines = ["mailer-daemon", "listserv", "majordomo", "noreply", "no-reply", "donotreply", "do-not-reply"];

    private static readonly SearchValues<char> WordEnds = SearchValues.Create(" \t\r\n;(");

    /// <param name="reversePath">Null for <c>&lt;&gt;</c>.</param>
    public static bool Is(EmailAddress? reversePath, HeaderList headers) =>
        reversePath is not { } sender || IsMachine(LocalPart.Fold(sender.Local)) || headers.Any(IsMark);

    private static bool IsMachine(string local) =>
        Machines.Contains(local) || local.StartsWith("owner-", StringComparison.Ordinal) || local.EndsWith("-request", StringComparison.Ordinal);

    private static bool IsMark(Header header) => header.Id switch
    {
        // RFC 3834 §5: comments may stand around the keyword, parameters behind it.
        HeaderId.AutoSubmitted => !FirstWord(header.Value).Equals("no", StringComparison.OrdinalIgnoreCase),
        HeaderId.Precedence => Precedences.Contains(FirstWord(header.Value), StringComparer.OrdinalIgnoreCase),
        // RFC 3462 §1: a report is never reported upon.
        HeaderId.ContentType => FirstWord(header.Value).Equals("multipart/report", StringComparison.OrdinalIgnoreCase),
        // RFC 2919, RFC 2369
        _ => header.Field.StartsWith("List-", StringComparison.OrdinalIgnoreCase) || Marks.Contains(header.Field, StringComparer.OrdinalIgnoreCase),
    };

    private static string FirstWord(string value)
    {
        var rest = value.AsSpan().TrimStart();
        while (rest is ['(', ..] && rest.IndexOf(')') is var end and > 0)
            rest = rest[(end + 1)..].TrimStart();
        var length = rest.IndexOfAny(WordEnds);
        return (length < 0 ? rest : rest[..length]).ToString();
    }
}
