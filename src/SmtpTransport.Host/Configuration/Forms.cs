using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Host.Configuration;

/// <summary>The kinds of values that keys have.</summary>
internal static class Forms
{
    private static readonly string[] TimeFormats = ["hh\\:mm\\:ss", "d\\.hh\\:mm\\:ss"];

    public static ValueForm<string> Text { get; } =
        new("Write some text", (string text, out string value) => (value = text).Length > 0);

    public static ValueForm<string> Secret { get; } = Text with { IsSecret = true };

    public static ValueForm<bool> Flag { get; } = new("Write true or false", bool.TryParse);

    /// <summary>A bare number is refused: nobody can tell seconds from days (and .NET reads 24:00:00 as days).</summary>
    public static ValueForm<TimeSpan> Time { get; } = new("Write hh:mm:ss such as 00:00:15, d.hh:mm:ss such as 1.00:00:00, or 0", TryTime);

    /// <summary>What an SMTP client may be made to wait: it gives up after ten minutes (RFC 5321 §4.5.3.2.6).</summary>
    public static ValueForm<TimeSpan> ShortTime { get; } = new(
        "Write a time of at most five minutes: hh:mm:ss such as 00:00:15, or 0",
        (string text, out TimeSpan value) => TryTime(text, out value) && value <= TimeSpan.FromMinutes(5));

    public static ValueForm<TimeSpan> PositiveTime { get; } = new(
        "Write a time above 0: hh:mm:ss such as 00:05:00, or d.hh:mm:ss such as 2.00:00:00",
        (string text, out TimeSpan value) => TryTime(text, out value) && value > TimeSpan.Zero);

    public static ValueForm<TimeSpan> RetryPause { get; } = new(
        "Write a time above 0: hh:mm such as 00:05, hh:mm:ss or d.hh:mm:ss",
        (string text, out TimeSpan value) =>
            (TryTime(text, out value) || TimeSpan.TryParseExact(text, "hh\\:mm", CultureInfo.InvariantCulture, out value)) && value > TimeSpan.Zero);

    /// <summary>Where we listen.</summary>
    public static ValueForm<IPEndPoint> Endpoint { get; } = new("Write address:port such as 0.0.0.0:25 or [::]:25", TryEndpoint);

    public static ValueForm<IPEndPoint> Resolver { get; } = new("Write address:port such as 127.0.0.1:53 or [::1]:53", TryResolver);

    /// <summary>Where another program listens.</summary>
    public static ValueForm<DnsEndPoint> Server { get; } = new("Write host:port such as 127.0.0.1:5347", TryServer);

    public static ValueForm<IPNetwork> Network { get; } = new(
        "Write an address or a network such as 10.0.0.1, 10.0.0.0/8 or 2001:db8::/32", TryNetwork);

    /// <summary>A domain that both networks can use: lower case, U-labels.</summary>
    public static ValueForm<string> Domain { get; } = new("Write a domain such as example.org", TryDomain);

    public static ValueForm<string> DomainOrAny { get; } = new(
        "Write a domain such as example.org, or * for any",
        (string text, out string value) => (value = text) == "*" || TryDomain(text, out value));

    public static ValueForm<Jid> BareJid { get; } = new(
        "Write a JID such as admin@example.org",
        (string text, out Jid value) => Jid.TryParse(text, out value) && value.IsBare && value.Local.Length > 0);

    public static ValueForm<Uri> WebAddress { get; } = new(
        "Write a URL such as https://mail.example.org",
        (string text, out Uri value) =>
            Uri.TryCreate(text, UriKind.Absolute, out value!) && value.Scheme is "https" or "http" && value.UserInfo.Length == 0);

    /// <summary>Something can be written behind it.</summary>
    public static ValueForm<Uri> PublicAddress { get; } = new(
        "Write a URL without ? and # such as https://mail.example.org",
        (string text, out Uri value) => WebAddress.TryParse(text, out value) && value.Query.Length == 0 && value.Fragment.Length == 0 && !text.EndsWith('?') && !text.EndsWith('#'));

    public static ValueForm<int> Number(int from, int to) => new(
        $"Write a number from {from} to {to}",
        (string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= from && value <= to);

    public static ValueForm<long> Octets(long to) => new(
        $"Write a number of octets from 1 to {to}",
        (string text, out long value) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= 1 && value <= to);

    public static ValueForm<string> Choice(params string[] words) => new(
        $"Write one of: {string.Join(", ", words)}",
        (string text, out string value) => words.Contains(value = text.ToLowerInvariant()));

    /// <summary>The names of an enumeration, in lower case.</summary>
    public static ValueForm<T> Word<T>() where T : struct, Enum => new(
        $"Write one of: {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}",
        // Enum also reads numbers and lists.
        (string text, out T value) => Enum.TryParse(text, ignoreCase: true, out value) && Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase));

    private static bool TryTime(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        return text == "0" || TimeSpan.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>IPAddress also reads <c>25</c> as 0.0.0.25, and <c>[::1]:53</c> without its port.</summary>
    private static bool TryAddress(string text, [NotNullWhen(true)] out IPAddress? address) =>
        IPAddress.TryParse(text, out address) && !text.Contains('[') && (text.Contains(':') || text.Count(letter => letter == '.') == 3);

    private static bool TryEndpoint(string text, out IPEndPoint value) =>
        // IPEndPoint takes an address without a port, and reads the end of a bare IPv6 address as one.
        TrySplit(text, out var host, out var port) & TryAddress(host, out var address)
            ? (value = new IPEndPoint(address!, port)) is not null
            : (value = null!) is not null;

    private static bool TryResolver(string text, out IPEndPoint value) =>
        TryAddress(text, out var address)
            ? (value = new IPEndPoint(address, 53)) is not null
            : TryEndpoint(text, out value) && value.Port > 0;

    private static bool TryServer(string text, out DnsEndPoint value)
    {
        var valid = TrySplit(text, out var host, out var port) && port > 0 && Uri.CheckHostName(host) != UriHostNameType.Unknown;
        value = valid ? new DnsEndPoint(host, port) : null!;
        return valid;
    }

    private static bool TryNetwork(string text, out IPNetwork value)
    {
        if (!TryAddress(text, out var address))
            return IPNetwork.TryParse(text, out value);
        value = new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return true;
    }

    private static bool TryDomain(string text, out string value)
    {
        var valid = Jid.TryParse(text, out var jid) && jid.IsDomain
            && !IPAddress.TryParse(text, out _) && EmailAddress.TryParse("postmaster@" + jid.Domain, out _);
        value = valid ? jid.Domain : "";
        return valid;
    }

    private static bool TrySplit(string text, out string host, out int port)
    {
        var colon = text.LastIndexOf(':');
        host = colon > 0 ? text[..colon] : "";
        port = 0;
        if (host.StartsWith('[') && host.EndsWith(']'))
            host = host[1..^1];
        else if (host.Contains(':'))
            return false;
        return host.Length > 0
            && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= IPEndPoint.MaxPort;
    }
}
