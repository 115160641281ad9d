using System.Net;
using System.Net.NetworkInformation;

namespace SmtpTransport.Mail.Delivery;

/// <summary>What an MX record would have to say to lead back to our own listener.</summary>
internal sealed class OwnAddresses(DeliveryOptions options)
{
    private readonly IReadOnlyList<IPAddress> listening = options.OwnEndpoints
        .Where(endPoint => endPoint.Port == options.Port)
        .Select(endPoint => endPoint.Address)
        .ToList();

    public bool Include(string host, IEnumerable<IPAddress> addresses) =>
        host.Equals(options.Hostname, StringComparison.OrdinalIgnoreCase) || addresses.Any(IsOurs);

    private bool IsOurs(IPAddress address) =>
        listening.Any(own => own.Equals(address) || (IsAny(own) && IsLocal(address)));

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    /// <summary>An interface of this machine has it.</summary>
    public static bool IsLocal(IPAddress address) => IPAddress.IsLoopback(address) || NetworkInterface.GetAllNetworkInterfaces()
        .Any(card => card.GetIPProperties().UnicastAddresses.Any(unicast => unicast.Address.Equals(address)));
}
