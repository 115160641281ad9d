using System.Net;
using System.Net.Sockets;

namespace SmtpTransport.Mail.Delivery;

/// <summary>Addresses that no stranger's record may make us dial: our own machine, our own network, nobody at all.</summary>
public static class PrivateAddress
{
    // The special-purpose registries of RFC 6890 §2.2, as far as an address can lead somewhere; multicast and reserved.
    private static readonly IPNetwork[] Networks =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/3", "::/96", "64:ff9b:1::/48", "2001::/32", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    public static bool Is(IPAddress address)
    {
        var plain = Unwrap(address);
        return Networks.Any(network => network.Contains(plain));
    }

    // RFC 4291 §2.5.5.2 (mapped), RFC 6052 §2.1 (NAT64) and RFC 3056 §2 (6to4) carry an IPv4 address.
    private static IPAddress Unwrap(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        if (bytes.AsSpan(0, 12).SequenceEqual(Nat64))
            return new IPAddress(bytes.AsSpan(12, 4));
        if (bytes is [0x20, 0x02, ..])
            return new IPAddress(bytes.AsSpan(2, 4));
        return address;
    }

    private static ReadOnlySpan<byte> Nat64 => [0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];
}
