using SmtpTransport.Mail.Delivery;

namespace SmtpTransport.Host.Configuration;

/// <summary><c>smtp://user:password@host:port</c>, the next hop for all mail.</summary>
internal static class RelayAddress
{
    public static ValueForm<RelayOptions> Form { get; } = new(
        "Write smtp://user:password@host:port or smtps://..., with %40 for an @ (and %25 for a %) in user or password; both or neither of them", TryParse)
    {
        IsSecret = true,
    };

    private static bool TryParse(string text, out RelayOptions relay)
    {
        relay = null!;
        // Uri knows no port for these schemes; the usual ones are 25 and, for TLS from the first byte, 465 (RFC 8314 §3.3).
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("smtp" or "smtps")
            || uri.IdnHost.Length == 0 || uri.Port == 0 || uri.AbsolutePath is not ("" or "/") || uri.Query.Length + uri.Fragment.Length > 0)
            return false;
        var implicitTls = uri.Scheme == "smtps";
        var port = uri.Port > 0 ? uri.Port : implicitTls ? 465 : 25;
        // RFC 3986 §3.2.1: the first colon ends the user; a password may hold more.
        var login = uri.UserInfo.Split(':', 2);
        var (user, password) = login is [{ Length: > 0 } name, { Length: > 0 } word]
            ? (Uri.UnescapeDataString(name), Uri.UnescapeDataString(word))
            : (null, (string?)null);
        if (user is null && uri.UserInfo.Length > 0)
            return false;
        relay = new RelayOptions(uri.IdnHost.Trim('[', ']'), port, implicitTls, user, password);
        return true;
    }
}
