using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Host.Checks;

/// <summary>The name we greet with: it leads to an address, and each address leads back.</summary>
internal sealed class HostnameCheck(IDnsResolver dns, string hostname)
{
    public async Task<(IReadOnlyList<Finding> Findings, IReadOnlyList<IPAddress> Addresses)> RunAsync(CancellationToken cancellation)
    {
        var answer = await dns.AddressesAsync(hostname, cancellation);
        var subject = "A " + hostname;
        if (answer.Status == DnsStatus.Failed)
            return ([Finding.Unanswered(subject, hostname)], []);
        if (answer.Records.Count == 0)
            return ([Finding.Fault(subject, "missing", string.Join('\n', OwnAddresses().Select(AddressRecord)))], []);

        var findings = new List<Finding> { Finding.Ok(subject, string.Join(", ", answer.Records)) };
        foreach (var address in answer.Records)
            findings.Add(await CheckReverseAsync(address, cancellation));
        return (findings, answer.Records);
    }

    private async Task<Finding> CheckReverseAsync(IPAddress address, CancellationToken cancellation)
    {
        var answer = await dns.PtrAsync(address, cancellation);
        var subject = "PTR " + address;
        if (answer.Status == DnsStatus.Failed)
            return Finding.Unanswered(subject, address.ToString());
        return answer.Records.Any(name => name.TrimEnd('.').Equals(hostname, StringComparison.OrdinalIgnoreCase))
            ? Finding.Ok(subject, hostname)
            : Finding.Fault(
                subject,
                answer.Records.Count == 0 ? "missing" : $"leads to {string.Join(", ", answer.Records)}",
                $"{ReverseName.Of(address)} IN PTR {hostname}. (whoever gave you the address sets it)");
    }

    private string AddressRecord(string address) => $"{hostname}. IN {(address.Contains(':', StringComparison.Ordinal) ? "AAAA" : "A")} {address}";

    /// <summary>What this machine knows of itself; behind NAT that is nothing of use.</summary>
    private static List<string> OwnAddresses()
    {
        var own = NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(entry => entry.Address)
            .Where(address => address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 && !PrivateAddress.Is(address))
            .Select(address => address.ToString())
            .ToList();
        return own.Count > 0 ? own : ["(this machine's public address)"];
    }
}
