using System.Net;
using System.Net.Sockets;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Mail.Delivery;

/// <summary>Where the mail of a domain goes: the relay for all, or its MX hosts.</summary>
internal sealed class NextHops(DeliveryOptions options, IDnsResolver dns)
{
    private readonly MxRoute mx = new(options, dns);

    public Task<Route> FindAsync(string domain, CancellationToken cancellation) =>
        options.Relay is { } relay ? FindRelayAsync(relay, cancellation) : mx.FindAsync(domain, cancellation);

    private async Task<Route> FindRelayAsync(RelayOptions relay, CancellationToken cancellation)
    {
        TlsPolicy tls = relay switch
        {
            { ImplicitTls: true } => new TlsPolicy.Implicit(),
            { Password: not null } => new TlsPolicy.Verified(),
            _ => TlsPolicy.Opportunistic.Instance,
        };
        var addresses = await ResolveAsync(relay.Host, cancellation);
        return addresses.Count > 0
            ? new Route.Via(addresses.Select(address => new NextHop(relay.Host, new IPEndPoint(address, relay.Port)) { Tls = tls, IsRelay = true }).ToList())
            : new Route.Nowhere(new DeliveryOutcome.Deferred(new DeliveryFailure(
                new SmtpReply(451, "4.4.3", $"The relay {relay.Host} has no address now"))));
    }

    private async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out var literal))
            return [literal];
        if (await dns.AddressesAsync(host, cancellation) is { Status: DnsStatus.Found } answer)
            return answer.Records;
        try
        {
            // A relay may stand in the hosts file alone.
            return await System.Net.Dns.GetHostAddressesAsync(host, cancellation);
        }
        catch (SocketException)
        {
            return [];
        }
    }
}
