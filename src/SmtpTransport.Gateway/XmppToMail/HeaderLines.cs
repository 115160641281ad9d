using SmtpTransport.Gateway.Spool;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>The header lines that a user may write at the very start of a message (design §5). Pure.</summary>
/// <param name="Subject">Null when there is none.</param>
/// <param name="Recipients">As written, not yet looked at.</param>
/// <param name="Text">What follows them.</param>
public sealed record HeaderLines(string? Subject, IReadOnlyList<(RecipientRole Role, string Address)> Recipients, string Text)
{
    /// <param name="hasRecipients">Written to the gateway itself; to a contact, <c>To:</c> and the like are text.</param>
    public static HeaderLines Read(string body, bool hasRecipients)
    {
        string? subject = null;
        var recipients = new List<(RecipientRole, string)>();
        var at = 0;
        while (at < body.Length)
        {
            var end = body.IndexOf('\n', at) is var lineEnd and >= 0 ? lineEnd : body.Length;
            var line = body[at..end];
            if (Value(line, "Subject:") is { } text && subject is null)
                subject = text;
            else if (hasRecipients && Recipient(line) is var (role, addresses))
                recipients.AddRange(Parted(addresses).Select(address => (role, address.Trim())));
            else
                break;
            at = Math.Min(end + 1, body.Length);
        }

        return new HeaderLines(subject is { Length: > 0 } ? subject : null, recipients, at > 0 ? body[at..].TrimStart('\n') : body);
    }

    private static (RecipientRole Role, string Addresses)? Recipient(string line) =>
        Value(line, "To:") is { } to ? (RecipientRole.To, to)
        : Value(line, "Cc:") is { } cc ? (RecipientRole.Cc, cc)
        : Value(line, "Bcc:") is { } bcc ? (RecipientRole.Bcc, bcc)
        : null;

    /// <summary>By commas, but not by those inside a quoted name.</summary>
    private static string[] Parted(string addresses)
    {
        var parts = new List<string>();
        var (start, isQuoted) = (0, false);
        for (var i = 0; i < addresses.Length; i++)
        {
            if (addresses[i] == '"' && (i == 0 || addresses[i - 1] != '\\'))
                isQuoted = !isQuoted;
            if (addresses[i] != ',' || isQuoted)
                continue;
            parts.Add(addresses[start..i]);
            start = i + 1;
        }

        return isQuoted ? addresses.Split(',') : [.. parts, addresses[start..]];
    }

    private static string? Value(string line, string name) =>
        line.StartsWith(name, StringComparison.OrdinalIgnoreCase) ? line[name.Length..].Trim() : null;
}
