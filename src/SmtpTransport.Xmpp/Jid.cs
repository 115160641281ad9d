using System.Diagnostics.CodeAnalysis;

namespace SmtpTransport.Xmpp;

/// <summary>An XMPP address (RFC 7622), normalised once at the edge so that two equal addresses compare equal.</summary>
/// <param name="Local">Localpart in escaped form (XEP-0106), or empty.</param>
/// <param name="Domain">Domainpart: lower case, U-labels.</param>
/// <param name="Resource">Resourcepart, case kept, or empty.</param>
public readonly record struct Jid(string Local, string Domain, string Resource)
{
    public Jid Bare => this with { Resource = "" };

    public bool IsBare => Resource.Length == 0;

    /// <summary>True for a domain's own address, without localpart and resource.</summary>
    public bool IsDomain => Local.Length == 0 && Resource.Length == 0;

    public static bool TryParse([NotNullWhen(true)] string? text, out Jid jid) => throw new NotImplementedException();

    /// <summary>For addresses known to be valid, such as constants.</summary>
    public static Jid Parse(string text) =>
        TryParse(text, out var jid) ? jid : throw new FormatException($"Not an XMPP address: {text}");

    public override string ToString() =>
        (Local.Length > 0 ? Local + "@" : "") + Domain + (Resource.Length > 0 ? "/" + Resource : "");
}
