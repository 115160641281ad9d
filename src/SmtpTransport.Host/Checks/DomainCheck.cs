using System.Net;
using SmtpTransport.Host.Configuration;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Host.Checks;

/// <summary>The records of one domain whose mail we take and send.</summary>
/// <param name="hostname">Our own name, which the MX record leads to.</param>
/// <param name="addresses">Its addresses, from which mail leaves; empty with a relay, whose addresses we do not know.</param>
internal sealed class DomainCheck(IDnsResolver dns, string hostname, IReadOnlyList<IPAddress> addresses, IReadOnlyList<DkimKey> keys)
{
    public async Task<IReadOnlyList<Finding>> RunAsync(string domain, CancellationToken cancellation) =>
    [
        await MxAsync(domain, cancellation),
        await SpfAsync(domain, cancellation),
        .. await DkimAsync(domain, cancellation),
        await DmarcAsync(domain, cancellation),
        await MtaStsAsync(domain, cancellation),
    ];

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

    private async Task<Finding> SpfAsync(string domain, CancellationToken cancellation)
    {
        var subject = "SPF " + domain;
        var record = $"{domain}. IN TXT \"v=spf1 mx ~all\"";
        var answer = await dns.TxtAsync(domain, cancellation);
        if (answer.Status == DnsStatus.Failed)
            return Finding.Unanswered(subject, domain);
        // RFC 7208 §4.5: the version ends at a space or the end of the record.
        var policies = answer.Records.Where(text => text.Equals("v=spf1", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("v=spf1 ", StringComparison.OrdinalIgnoreCase)).ToList();
        return policies.Count switch
        {
            0 => Finding.Fault(subject, "missing", record),
            > 1 => Finding.Fault(subject, $"{policies.Count} records, which count as none (RFC 7208 §3.2)", "Keep one of them: " + record),
            _ when addresses.Count > 0 && await SpfForm.ForbidsAsync(policies[0], domain, addresses, dns, cancellation) =>
                Finding.Fault(subject, $"does not allow {string.Join(", ", addresses)}: {policies[0]}", record),
            _ => Finding.Ok(subject, policies[0]),
        };
    }

    private async Task<IReadOnlyList<Finding>> DkimAsync(string domain, CancellationToken cancellation)
    {
        var own = keys.Where(key => key.Domain is null || key.Domain == domain).ToList();
        if (own.Count == 0)
            return [Finding.Advice("DKIM " + domain, "no key: mail leaves unsigned", "Make a key (openssl genrsa -out dkim.pem 2048) and name it in Delivery:Dkim")];
        var findings = new List<Finding>();
        foreach (var key in own)
        {
            var name = $"{key.Selector}._domainkey.{domain}";
            var answer = await dns.TxtAsync(name, cancellation);
            findings.Add(answer.Status == DnsStatus.Failed ? Finding.Unanswered("DKIM " + name, name) : DkimRecord.Compare(name, answer.Records, key));
        }

        return findings;
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

    private async Task<Finding> MtaStsAsync(string domain, CancellationToken cancellation)
    {
        var answer = await dns.TxtAsync("_mta-sts." + domain, cancellation);
        return answer.Records.FirstOrDefault(text => text.StartsWith("v=STSv1", StringComparison.Ordinal)) is { } found
            ? Finding.Ok("MTA-STS " + domain, found)
            : Finding.Advice(
                "MTA-STS " + domain,
                "makes other servers insist on encryption (RFC 8461)",
                $"_mta-sts.{domain}. IN TXT \"v=STSv1; id=1\", and https://mta-sts.{domain}/.well-known/mta-sts.txt with: version: STSv1, mode: testing, mx: {hostname}, max_age: 604800");
    }
}
