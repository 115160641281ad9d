using System.Net;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Mail.Delivery;

/// <summary>The MX hosts of a domain, in the order to try them (RFC 5321 §5.1).</summary>
internal sealed class MxRoute(DeliveryOptions options, IDnsResolver dns, Random? random = null)
{
    // Nobody has more for a good reason; a zone that has shall not keep us busy.
    private const int MaxHosts = 10;
    private const int MaxAddresses = 20;

    private readonly Random random = random ?? Random.Shared;
    private readonly OwnAddresses own = new(options);

    public async Task<Route> FindAsync(string domain, CancellationToken cancellation)
    {
        // RFC 5321 §4.1.3 literals name a machine and no domain; nobody's contact is one.
        if (domain.StartsWith('['))
            return Failed(550, "5.1.2", $"{domain} is not a domain");
        var answer = await dns.MxAsync(domain, cancellation);
        return answer.Status switch
        {
            DnsStatus.NoSuchDomain => Failed(550, "5.1.2", $"The domain {domain} does not exist"),
            DnsStatus.Failed => Deferred($"The DNS of {domain} does not answer"),
            // RFC 5321 §5.1: without MX the domain is its own, with preference 0.
            DnsStatus.NoData => await ResolveAsync(domain, answer with { Records = [new MailExchange(0, domain)] }, cancellation),
            // RFC 7505 §4.
            _ when answer.Records.Any(mx => mx.Host is "" or ".") => Failed(556, "5.1.10", $"The domain {domain} takes no mail"),
            _ => await ResolveAsync(domain, answer with { Records = Order(answer.Records) }, cancellation),
        };
    }

    private List<MailExchange> Order(IReadOnlyList<MailExchange> records) =>
        records.OrderBy(mx => mx.Preference).ThenBy(_ => random.Next()).Take(MaxHosts).ToList();

    private async Task<Route> ResolveAsync(string domain, DnsAnswer<MailExchange> exchanges, CancellationToken cancellation)
    {
        var hosts = await Task.WhenAll(exchanges.Records.Select(mx => LookUpAsync(mx, exchanges.Authentic, cancellation)));
        var ours = hosts.Where(host => own.Include(host.Exchange.Host, host.Answer.Records)).Select(host => host.Exchange.Preference);
        // RFC 5321 §5.1: hosts that are no better than ourselves would bring the mail back to us.
        var limit = ours.DefaultIfEmpty(int.MaxValue).Min();
        var reachable = hosts.Where(host => host.Exchange.Preference < limit).ToList();
        var hops = reachable
            .SelectMany(host => host.Answer.Records.Where(IsAllowed).Select(address => new NextHop(host.Exchange.Host, new IPEndPoint(address, options.Port))
            {
                IsAuthentic = exchanges.Authentic,
                TlsaBases = host.TlsaBases,
            }))
            .Take(MaxAddresses)
            .ToList();
        if (hops.Count > 0)
            return new Route.Via(hops);
        if (reachable.Any(host => host.Answer.Status == DnsStatus.Failed))
            return Deferred($"The DNS of the mail hosts of {domain} does not answer");
        if (hosts.Any(host => host.Answer.Records.Count > 0))
            return Failed(550, "5.4.6", $"The mail of {domain} would come back to ourselves or go to a private address");
        return exchanges.Status == DnsStatus.NoData
            ? Failed(550, "5.1.2", $"The domain {domain} has no mail host")
            : Failed(550, "5.4.4", $"The mail hosts of {domain} have no address");
    }

    private async Task<Candidate> LookUpAsync(MailExchange exchange, bool isAuthentic, CancellationToken cancellation)
    {
        var answer = await dns.AddressesAsync(exchange.Host, cancellation);
        return new Candidate(exchange, answer, isAuthentic ? await TlsaBasesAsync(exchange.Host, answer, cancellation) : []);
    }

    /// <summary>RFC 7672 §2.2.1 and §2.2.2: only along a way that is secure from the domain to the host; where an alias leads comes first.</summary>
    private async Task<string[]> TlsaBasesAsync(string host, DnsAnswer<IPAddress> answer, CancellationToken cancellation)
    {
        switch (answer.Authentic, answer.CanonicalName)
        {
            case (true, null):
                return [host];
            case (true, { } canonical):
                return [canonical, host];
            case (false, null):
                return [];
        }

        // RFC 7672 §2.1.3: the alias may be secure where what it leads to is not; then it speaks for itself. Silence must not say that it is not.
        var alias = await dns.AliasAsync(host, cancellation);
        return alias.Status == DnsStatus.Failed || alias is { Status: DnsStatus.Found, Authentic: true } ? [host] : [];
    }

    private bool IsAllowed(IPAddress address) => options.AllowPrivateAddresses || !PrivateAddress.Is(address);

    private static Route.Nowhere Failed(int code, string enhanced, string text) =>
        new(new DeliveryOutcome.Failed(new DeliveryFailure(new SmtpReply(code, enhanced, text))));

    private static Route.Nowhere Deferred(string text) =>
        new(new DeliveryOutcome.Deferred(new DeliveryFailure(new SmtpReply(451, "4.4.3", text))));

    private sealed record Candidate(MailExchange Exchange, DnsAnswer<IPAddress> Answer, IReadOnlyList<string> TlsaBases);
}
