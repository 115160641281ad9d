using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmtpTransport.Mail.Authentication.Spf;

/// <summary>May this client send for this sender? The arguments of <c>check_host()</c> (RFC 7208 §4.1) and what macros say of them.</summary>
internal sealed record SpfQuestion
{
    /// <param name="client">An IPv4 address in IPv6 clothes is IPv4 (RFC 7208 §5).</param>
    /// <param name="local">Of the sender; empty is read as postmaster (RFC 7208 §4.3).</param>
    public SpfQuestion(IPAddress client, string helo, string local, string domain)
    {
        Client = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        Helo = helo;
        Local = local.Length > 0 ? local : "postmaster";
        SenderDomain = domain;
    }

    public IPAddress Client { get; }

    public string Helo { get; }

    public string Local { get; }

    public string SenderDomain { get; }

    /// <summary>Ours.</summary>
    public string Receiver { get; init; } = "unknown";

    public DateTimeOffset Now { get; init; }

    /// <summary>RFC 7208 §7.2, without <c>d</c> and <c>p</c>, which change on the way.</summary>
    public string Value(char letter) => letter switch
    {
        's' => $"{Local}@{SenderDomain}",
        'l' => Local,
        'o' => SenderDomain,
        'i' => Client.AddressFamily == AddressFamily.InterNetwork ? Client.ToString() : Nibbles(),
        'v' => Client.AddressFamily == AddressFamily.InterNetwork ? "in-addr" : "ip6",
        'h' => Helo,
        'c' => Client.ToString(),
        'r' => Receiver,
        't' => Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"No macro {letter}"),
    };

    /// <summary>Is the client among these, as far as <paramref name="length4"/> or <paramref name="length6"/> bits tell?</summary>
    public bool IsIn(IPAddress network, int length4, int length6)
    {
        if (network.AddressFamily != Client.AddressFamily)
            return false;
        var (one, other) = (Client.GetAddressBytes(), network.GetAddressBytes());
        var length = network.AddressFamily == AddressFamily.InterNetwork ? length4 : length6;
        var whole = length / 8;
        var mask = (byte)(0xFF00 >> (length % 8));
        return one.AsSpan(0, whole).SequenceEqual(other.AsSpan(0, whole)) && (whole == one.Length || ((one[whole] ^ other[whole]) & mask) == 0);
    }

    private string Nibbles()
    {
        var text = new StringBuilder();
        foreach (var digit in Convert.ToHexString(Client.GetAddressBytes()))
            text.Append(digit).Append('.');
        return text.ToString(0, text.Length - 1);
    }
}
