using SmtpTransport.Mail;
using SmtpTransport.Mail.Authentication;
using SmtpTransport.Mail.Authentication.Spf;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Host.Checks;

/// <summary>The SPF record of one domain, judged as a receiver of our mail would (RFC 7208).</summary>
internal sealed class SpfCheck(IDnsResolver dns, string hostname, OutgoingHosts outgoing)
{
    private readonly SpfEvaluator spf = new(dns, TimeProvider.System);

    public async Task<Finding> RunAsync(string domain, CancellationToken cancellation)
    {
        var subject = "SPF " + domain;
        var record = $"{domain}. IN TXT \"v=spf1 mx {(outgoing.Relay is null ? "" : $"a:{outgoing.Relay} ")}~all\"";
        var answer = await dns.TxtAsync(domain, cancellation);
        if (answer.Status == DnsStatus.Failed)
            return Finding.Unanswered(subject, domain);
        // RFC 7208 §4.5: the version ends at a space or the end of the record.
        var policies = answer.Records.Where(text => text.Equals("v=spf1", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("v=spf1 ", StringComparison.OrdinalIgnoreCase)).ToList();
        if (policies.Count != 1)
            return policies.Count == 0
                ? Finding.Fault(subject, "missing", record)
                : Finding.Fault(subject, $"{policies.Count} records, which count as none (RFC 7208 §3.2)", "Keep one of them: " + record);

        var refused = new List<string>();
        foreach (var address in outgoing.Addresses)
        {
            var verdict = await spf.EvaluateAsync(address, hostname, new EmailAddress("postmaster", domain), hostname, cancellation);
            if (verdict.Result == SpfResult.PermError)
                return Finding.Fault(subject, $"is not understood ({verdict.Explanation}): {policies[0]}", record);
            if (verdict.Result == SpfResult.TempError)
                return Finding.Unanswered(subject, domain);
            if (verdict.Result != SpfResult.Pass)
                refused.Add($"{address} ({verdict.Result.ToString().ToLowerInvariant()})");
        }

        return refused.Count == 0 ? Finding.Ok(subject, policies[0])
            : outgoing.Relay is null ? Finding.Fault(subject, $"does not allow {string.Join(", ", refused)}: {policies[0]}", record)
            : Finding.Advice(subject, $"does not allow {outgoing.Relay} at {string.Join(", ", refused)}: {policies[0]}", $"If it sends from there: {record}; else add what its operator names");
    }
}
