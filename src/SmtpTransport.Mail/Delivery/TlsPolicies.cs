using SmtpTransport.Mail.Delivery.MtaSts;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Mail.Delivery;

/// <summary>What is asked of TLS at a mail host: its TLSA records decide, then the MTA-STS policy of the domain (RFC 8461 §2), then nobody.</summary>
internal sealed class TlsPolicies(DeliveryOptions options, IDnsResolver dns, StsPolicies sts)
{
    public async Task<TlsChoice> ChooseAsync(string domain, NextHop hop, TlsWish wish, CancellationToken cancellation)
    {
        if (wish == TlsWish.Waived && !hop.IsRelay)
            return new TlsChoice(TlsPolicy.Opportunistic.Instance);
        var choice = hop.IsRelay ? new TlsChoice(hop.Tls) : await FindAsync(domain, hop, cancellation);
        if (wish != TlsWish.Required || choice.Policy is null or { IsEnforced: true } and not TlsPolicy.Encrypted)
            return choice;
        // RFC 8689 §4.2.1: the host's name must be as certain as its certificate.
        return hop.IsRelay || hop.IsAuthentic
            ? new TlsChoice(new TlsPolicy.Verified())
            : new TlsChoice(new SmtpReply(550, "5.7.30", $"The mail demands REQUIRETLS, and neither DNSSEC nor MTA-STS vouches for {hop.Host} as a mail host of {domain}"));
    }

    private async Task<TlsChoice> FindAsync(string domain, NextHop hop, CancellationToken cancellation)
    {
        foreach (var name in hop.TlsaBases)
        {
            // RFC 7672 §2.2.3.
            var answer = await dns.TlsaAsync($"_{options.Port}._tcp.{name}", cancellation);
            // RFC 7672 §2.1.1: whoever can silence the DNS must not be able to silence DANE.
            if (answer.Status == DnsStatus.Failed)
                return new TlsChoice(new SmtpReply(451, "4.4.3", $"The DNS does not answer for the TLSA records of {name}")) { Seen = (TlsPolicyKind.Tlsa, TlsResult.DnssecInvalid) };
            if (answer is { Status: DnsStatus.Found, Authentic: true })
            {
                var usable = TlsaCheck.Usable(answer.Records);
                return new TlsChoice(usable.Count > 0 ? new TlsPolicy.Dane(name, usable, [name, hop.Host, domain]) : new TlsPolicy.Encrypted());
            }
        }

        if (await sts.FindAsync(domain, cancellation) is not { Mode: not StsMode.None } policy)
            return new TlsChoice(TlsPolicy.Opportunistic.Instance);
        var isListed = policy.Lists(hop.Host);
        return isListed || policy.Mode == StsMode.Testing
            ? new TlsChoice(new TlsPolicy.Sts(policy.Mode == StsMode.Enforce, isListed))
            : new TlsChoice(new SmtpReply(451, "4.7.5", $"The MTA-STS policy of {domain} does not list {hop.Host}")) { Seen = (TlsPolicyKind.Sts, TlsResult.ValidationFailure) };
    }
}

/// <param name="Policy">Null: do not go there.</param>
/// <param name="Objection">Why not.</param>
internal sealed record TlsChoice(TlsPolicy? Policy, DeliveryFailure? Objection)
{
    /// <summary>What counts though nobody is dialled.</summary>
    public (TlsPolicyKind Policy, TlsResult Result)? Seen { get; init; }

    public TlsChoice(TlsPolicy policy)
        : this(policy, null)
    {
    }

    public TlsChoice(SmtpReply objection)
        : this(null, new DeliveryFailure(objection))
    {
    }
}
