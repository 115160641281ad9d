using System.Net;
using System.Net.Sockets;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>How many transactions a client address began in the current minute; an IPv6 client counts by its /64.</summary>
public sealed class MailRate(InboundOptions options, TimeProvider time)
{
    /// <summary>Beyond this many addresses in one minute the count starts anew rather than fill memory.</summary>
    private const int MaxAddresses = 100_000;

    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, int> counts = [];
    private long minute;

    /// <summary>Counts one more; false when that is more than is allowed.</summary>
    public bool Allows(IPAddress client)
    {
        if (options.MailsPerMinute == 0 || IsTrusted(client))
            return true;
        var key = Network(client);
        var now = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        lock (gate)
        {
            if (now != minute || counts.Count >= MaxAddresses)
            {
                counts.Clear();
                minute = now;
            }

            var count = counts.GetValueOrDefault(key) + 1;
            counts[key] = count;
            return count <= options.MailsPerMinute;
        }
    }

    private bool IsTrusted(IPAddress client)
    {
        var plain = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        return options.TrustedNetworks.Any(network => network.Contains(plain));
    }

    private static IPAddress Network(IPAddress client)
    {
        if (client.IsIPv4MappedToIPv6)
            return client.MapToIPv4();
        if (client.AddressFamily != AddressFamily.InterNetworkV6)
            return client;
        var octets = client.GetAddressBytes();
        octets.AsSpan(8).Clear();
        return new IPAddress(octets);
    }
}
