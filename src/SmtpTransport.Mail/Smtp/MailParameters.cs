using System.Globalization;

namespace SmtpTransport.Mail.Smtp;

/// <summary>What MAIL may carry after its path: SIZE, BODY, SMTPUTF8, REQUIRETLS, PRDR, RET, ENVID.</summary>
internal sealed record MailParameters
{
    private const int MaxEnvelopeId = 100;

    public static readonly MailParameters None = new();

    public long? Size { get; private init; }

    public bool SmtpUtf8 { get; private init; }

    public bool RequireTls { get; private init; }

    public bool PerRecipientReplies { get; private init; }

    public string? Return { get; private init; }

    public string? EnvelopeId { get; private init; }

    private string? Body { get; init; }

    /// <summary>Null when all is well, else the refusal.</summary>
    public static SmtpReply? TryParse(ReadOnlySpan<char> text, out MailParameters parameters)
    {
        parameters = None;
        foreach (var range in text.Split(' '))
        {
            if (text[range].IsEmpty)
                continue;
            var parameter = new EsmtpParameter(text[range]);
            var next = With(parameters, parameter, out var known);
            if (!known)
                return Replies.UnknownParameter;
            if (next is null)
                return Replies.BadParameter;
            parameters = next;
        }
        return null;
    }

    // Null for a bad value, or a parameter given twice.
    private static MailParameters? With(MailParameters sofar, EsmtpParameter parameter, out bool known)
    {
        known = true;
        var value = parameter.Value;
        switch (parameter.Keyword)
        {
            case "SIZE":
                return sofar.Size is null && TryParseSize(value, out var size) ? sofar with { Size = size } : null;
            case "BODY":
                // RFC 6152 §2; BINARYMIME is not offered.
                return sofar.Body is null && value.ToString().ToUpperInvariant() is "7BIT" or "8BITMIME"
                    ? sofar with { Body = value.ToString() }
                    : null;
            case "SMTPUTF8":
                return !sofar.SmtpUtf8 && parameter.HasNoValue ? sofar with { SmtpUtf8 = true } : null;
            case "REQUIRETLS":
                // RFC 8689 §2
                return !sofar.RequireTls && parameter.HasNoValue ? sofar with { RequireTls = true } : null;
            case "PRDR":
                return !sofar.PerRecipientReplies && parameter.HasNoValue ? sofar with { PerRecipientReplies = true } : null;
            case "RET":
                // RFC 3461 §4.3
                return sofar.Return is null && value.ToString().ToUpperInvariant() is "FULL" or "HDRS"
                    ? sofar with { Return = value.ToString().ToUpperInvariant() }
                    : null;
            case "ENVID":
                // RFC 3461 §4.4
                return sofar.EnvelopeId is null && value.Length is > 0 and <= MaxEnvelopeId && Xtext.Decode(value) is { } id
                    ? sofar with { EnvelopeId = id }
                    : null;
            default:
                known = false;
                return null;
        }
    }

    // RFC 1870 §4: up to 20 digits, which may be more than any number here holds.
    private static bool TryParseSize(ReadOnlySpan<char> digits, out long size)
    {
        size = long.MaxValue;
        return digits.Length is > 0 and <= 20 && !digits.ContainsAnyExceptInRange('0', '9')
            && (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out size) || (size = long.MaxValue) > 0);
    }
}
