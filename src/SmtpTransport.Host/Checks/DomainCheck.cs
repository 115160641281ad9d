using SmtpTransport.Host.Configuration;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Mail.Delivery.MtaSts;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Host.Checks;

/// <summary>The records of one domain whose mail we take and send.</summary>
/// <param name="hostname">Our own name, which the MX record leads to.</param>
internal sealed class DomainCheck(IDnsResolver dns, Func<string, Task<StsFetched>> policies, string hostname, OutgoingHosts outgoing, IReadOnlyList<DkimKey> keys)
{
    private readonly SpfCheck spf = new(dns, hostname, outgoing);
    private readonly MtaStsCheck sts = new(dns, policies, hostname);

    public async Task<IReadOnlyList<Finding>> RunAsync(string domain, CancellationToken cancellation)
    {
        var (mx, sender, signatures) = (MxAsync(domain, cancellation), spf.RunAsync(domain, cancellation), DkimAsync(domain, cancellation));
        var (dmarc, policy) = (DmarcAsync(domain, cancellation), sts.RunAsync(domain, cancellation));
        return [await mx, await sender, .. await signatures, await dmarc, await policy];
    }

    private async Task<Finding> MxAsync(string domain, CancellationToken cancellation)
    {
        var subject = "MX " + domain;
        var answer = await dns.MxAsync(domain, cancellation);
        if (answer.Status == DnsStatus.Failed)
            return Finding.Unanswered(subject, domain);
        return answer.Records.Any(mx => mx.Host.TrimEnd('.').Equals(hostname, StringComparison.OrdinalIgnoreCase))
            ? Finding.Ok(subject, hostname)
            : Finding.Fault(
                subject,
                answer.Records.Count == 0 ? "missing" : $"leads to {string.Join(", ", answer.Records.Select(mx => mx.Host.Length > 0 ? mx.Host : "nowhere (null MX)"))}",
                $"{domain}. IN MX 10 {hostname}.");
    }

    private async Task<IReadOnlyList<Finding>> DkimAsync(string domain, CancellationToken cancellation)
    {
        var own = keys.Where(key => key.Domain is null || MailDomain.ToAscii(key.Domain) == domain).ToList();
        if (own.Count == 0)
            return [Unsigned("DKIM " + domain)];
        return await Task.WhenAll(own.Select(key => DkimAsync($"{key.Selector}._domainkey.{domain}", key.Signing!, cancellation)));
    }

    private async Task<Finding> DkimAsync(string name, SigningKey key, CancellationToken cancellation)
    {
        var answer = await dns.TxtAsync(name, cancellation);
        return answer.Status == DnsStatus.Failed ? Finding.Unanswered("DKIM " + name, name) : DkimRecord.Compare(name, answer.Records, key);
    }

    /// <summary>A relay may sign for us; nobody else does.</summary>
    private Finding Unsigned(string subject)
    {
        const string Cure = "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out /etc/smtp-transport/dkim.pem\n"
            + "\"Delivery\": { \"Dkim\": { \"Selector\": \"mail\", \"KeyFile\": \"/etc/smtp-transport/dkim.pem\" } }, then check again for its record";
        return outgoing.Relay is null ? Finding.Fault(subject, "no key: our mail is not signed", Cure) : Finding.Advice(subject, $"no key: our mail is not signed, unless {outgoing.Relay} does", Cure);
    }

    private async Task<Finding> DmarcAsync(string domain, CancellationToken cancellation)
    {
        var subject = "DMARC " + domain;
        var record = $"_dmarc.{domain}. IN TXT \"v=DMARC1; p=none; rua=mailto:postmaster@{domain}\"";
        // RFC 9989 §4.10: a policy may stand higher up in the tree.
        for (var name = domain; name.Contains('.', StringComparison.Ordinal); name = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..])
        {
            var answer = await dns.TxtAsync("_dmarc." + name, cancellation);
            if (answer.Status == DnsStatus.Failed)
                return Finding.Unanswered(subject, "_dmarc." + name);
            var policies = answer.Records.Where(DmarcForm.IsPolicy).ToList();
            if (policies.Count == 1)
                return DmarcForm.IsValid(policies[0])
                    ? Finding.Ok(subject, policies[0])
                    : Finding.Fault(subject, $"is not understood: {policies[0]}", record);
            if (policies.Count > 1)
                return Finding.Fault(subject, $"{policies.Count} records at _dmarc.{name}, which count as none", "Keep one of them: " + record);
        }

        return Finding.Fault(subject, "missing", record);
    }
}
