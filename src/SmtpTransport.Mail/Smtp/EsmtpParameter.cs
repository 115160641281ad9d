namespace SmtpTransport.Mail.Smtp;

/// <summary>One <c>KEYWORD[=value]</c> of MAIL or RCPT (RFC 5321 §4.1.2).</summary>
internal readonly ref struct EsmtpParameter
{
    public EsmtpParameter(ReadOnlySpan<char> text)
    {
        var equals = text.IndexOf('=');
        HasNoValue = equals < 0;
        Keyword = (equals < 0 ? text : text[..equals]).ToString().ToUpperInvariant();
        Value = equals < 0 ? [] : text[(equals + 1)..];
    }

    /// <summary>Upper case.</summary>
    public string Keyword { get; }

    public ReadOnlySpan<char> Value { get; }

    public bool HasNoValue { get; }
}
