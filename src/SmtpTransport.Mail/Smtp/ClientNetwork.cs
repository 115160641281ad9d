using System.Net;
using System.Net.Sockets;

namespace SmtpTransport.Mail.Smtp;

/// <summary>Whom an address stands for when clients are counted: an IPv4 address itself, of IPv6 its /64, which is one customer's.</summary>
public static class ClientNetwork
{
    public static IPAddress Of(IPAddress address)
    {
        var plain = Plain(address);
        if (plain.AddressFamily != AddressFamily.InterNetworkV6)
            return plain;
        Span<byte> octets = stackalloc byte[16];
        plain.TryWriteBytes(octets, out _);
        octets[8..].Clear();
        return new IPAddress(octets);
    }

    /// <summary>An IPv4 client on a dual-stack socket is an IPv4 client.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    public static bool IsIn(IReadOnlyList<IPNetwork> networks, IPAddress address)
    {
        var plain = Plain(address);
        foreach (var network in networks)
        {
            if (network.Contains(plain))
                return true;
        }
        return false;
    }
}
