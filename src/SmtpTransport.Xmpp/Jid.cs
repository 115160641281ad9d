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

    public static bool TryParse([NotNullWhen(true)] string? text, out Jid jid)
    {
        jid = default;
        if (text is null || text.Length > 3 * JidPart.MaxOctets + 2)
            return false;

        // RFC 7622 §3.2: the resource begins at the first slash, the domain after the first @ before it.
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var bare = slash < 0 ? text.AsSpan() : text.AsSpan(0, slash);
        var at = bare.IndexOf('@');

        var local = "";
        var resource = "";
        if (at >= 0 && !JidPart.TryLocal(bare[..at], out local))
            return false;
        if (!JidPart.TryDomain(bare[(at + 1)..], out var domain))
            return false;
        if (slash >= 0 && !JidPart.TryResource(text.AsSpan(slash + 1), out resource))
            return false;
        jid = new Jid(local, domain, resource);
        return true;
    }

    /// <summary>For addresses known to be valid, such as constants.</summary>
    public static Jid Parse(string text) =>
        TryParse(text, out var jid) ? jid : throw new FormatException($"Not an XMPP address: {text}");

    /// <summary>As an <c>xmpp:</c> URI of the bare address (RFC 5122 §2.2).</summary>
    public string ToUri() => Local.Length > 0 ? $"xmpp:{Uri.EscapeDataString(Local)}@{Domain}" : $"xmpp:{Domain}";

    public override string ToString()
    {
        if (IsDomain)
            return Domain;
        if (IsBare)
            return $"{Local}@{Domain}";
        return Local.Length > 0 ? $"{Local}@{Domain}/{Resource}" : $"{Domain}/{Resource}";
    }
}
