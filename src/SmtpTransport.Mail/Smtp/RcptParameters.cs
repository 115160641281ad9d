namespace SmtpTransport.Mail.Smtp;

/// <summary>What RCPT may carry after its path: NOTIFY and ORCPT (RFC 3461).</summary>
internal sealed record RcptParameters
{
    private const int MaxOriginalRecipient = 500;

    public static readonly RcptParameters None = new();

    public DsnNotify? Notify { get; private init; }

    public string? OriginalRecipient { get; private init; }

    /// <summary>Null when all is well, else the refusal.</summary>
    public static SmtpReply? TryParse(ReadOnlySpan<char> text, out RcptParameters parameters)
    {
        parameters = None;
        foreach (var range in text.Split(' '))
        {
            if (text[range].IsEmpty)
                continue;
            var parameter = new EsmtpParameter(text[range]);
            switch (parameter.Keyword)
            {
                case "NOTIFY" when parameters.Notify is null && ParseNotify(parameter.Value) is { } notify:
                    parameters = parameters with { Notify = notify };
                    break;
                case "ORCPT" when parameters.OriginalRecipient is null && ParseOriginal(parameter.Value) is { } original:
                    parameters = parameters with { OriginalRecipient = original };
                    break;
                case "NOTIFY" or "ORCPT":
                    return Replies.BadParameter;
                default:
                    return Replies.UnknownParameter;
            }
        }
        return null;
    }

    // RFC 3461 §4.1: NEVER stands alone.
    private static DsnNotify? ParseNotify(ReadOnlySpan<char> value)
    {
        if (value.Equals("NEVER", StringComparison.OrdinalIgnoreCase))
            return DsnNotify.Never;
        var notify = DsnNotify.Never;
        foreach (var range in value.Split(','))
        {
            var wish = value[range].ToString().ToUpperInvariant() switch
            {
                "SUCCESS" => DsnNotify.Success,
                "FAILURE" => DsnNotify.Failure,
                "DELAY" => DsnNotify.Delay,
                _ => DsnNotify.Never,
            };
            if (wish == DsnNotify.Never)
                return null;
            notify |= wish;
        }
        return notify;
    }

    // RFC 3461 §4.2: addr-type ";" xtext
    private static string? ParseOriginal(ReadOnlySpan<char> value)
    {
        var semicolon = value.IndexOf(';');
        if (value.Length > MaxOriginalRecipient || semicolon <= 0 || semicolon == value.Length - 1)
            return null;
        var type = value[..semicolon];
        foreach (var c in type)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                return null;
        }
        var address = type.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            ? Xtext.DecodeUtf8Address(value[(semicolon + 1)..])
            : Xtext.Decode(value[(semicolon + 1)..]);
        return address is null ? null : $"{type};{address}";
    }
}
