namespace SmtpTransport.Mail.Smtp;

/// <summary>Reverse-path and forward-path (RFC 5321 §4.1.2): the mailbox between angle brackets, and what follows it.</summary>
internal readonly ref struct SmtpPath
{
    /// <summary>Empty for <c>&lt;&gt;</c>.</summary>
    public ReadOnlySpan<char> Mailbox { get; private init; }

    public ReadOnlySpan<char> Parameters { get; private init; }

    public static bool TryRead(ReadOnlySpan<char> text, out SmtpPath path)
    {
        path = default;
        // A space after the colon is wrong, but common.
        text = text.TrimStart(' ');
        if (text is not ['<', ..] || !TryFindEnd(text, out var end))
            return false;
        var rest = text[(end + 1)..];
        if (rest is not ([] or [' ', ..]) || !TrySkipRoute(text[1..end], out var mailbox))
            return false;
        path = new SmtpPath { Mailbox = mailbox, Parameters = rest };
        return true;
    }

    // A '>' in a quoted local part does not end the path.
    private static bool TryFindEnd(ReadOnlySpan<char> text, out int end)
    {
        var quoted = false;
        for (end = 1; end < text.Length; end++)
        {
            switch (text[end])
            {
                case '\\' when quoted:
                    end++;
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case '>' when !quoted:
                    return true;
            }
        }
        return false;
    }

    // RFC 5321 §4.1.1.3: source routes are accepted and ignored.
    private static bool TrySkipRoute(ReadOnlySpan<char> text, out ReadOnlySpan<char> mailbox)
    {
        mailbox = text;
        if (text is not ['@', ..])
            return true;
        var colon = text.IndexOf(':');
        if (colon < 0)
            return false;
        foreach (var hop in text[..colon].Split(','))
        {
            if (text[hop] is not ['@', .. var domain] || !MailDomain.TryParse(domain.ToString(), out _))
                return false;
        }
        mailbox = text[(colon + 1)..];
        return !mailbox.IsEmpty;
    }
}
