using System.Diagnostics.CodeAnalysis;

namespace SmtpTransport.Mail;

/// <summary>A mailbox (RFC 5321 §4.1.2 with RFC 6531): the unquoted local part, spelled as it came, and the domain.</summary>
/// <param name="Local">Without quotes and escapes; may hold spaces or <c>@</c>. Case kept.</param>
/// <param name="Domain">Lower case; U-labels where they survive the round trip, else A-labels; or a literal in brackets.</param>
public readonly record struct EmailAddress(string Local, string Domain)
{
    /// <summary>Parses an addr-spec without angle brackets or display name.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EmailAddress address) => throw new NotImplementedException();

    /// <summary>For addresses known to be valid, such as constants.</summary>
    public static EmailAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"Not a mail address: {text}");

    /// <summary>True when local part or domain holds characters that only SMTPUTF8 carries (an IDN alone can go as A-labels).</summary>
    public bool NeedsSmtpUtf8 => throw new NotImplementedException();

    /// <summary>As it goes on the wire: quoted where RFC 5321 asks for it; U-labels kept.</summary>
    public override string ToString() => throw new NotImplementedException();

    /// <summary>As <see cref="ToString"/>, the domain in A-labels.</summary>
    public string ToAscii() => throw new NotImplementedException();
}
