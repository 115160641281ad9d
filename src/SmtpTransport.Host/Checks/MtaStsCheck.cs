using System.Net;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Host.Checks;

/// <summary>The MTA-STS policy of one domain (RFC 8461): the record that announces it, and the text behind HTTPS.</summary>
internal sealed class MtaStsCheck(IDnsResolver dns, HttpMessageHandler http, string hostname)
{
    // RFC 8461 §3.3: nobody waits for more.
    private const int MaxPolicy = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<Finding> RunAsync(string domain, CancellationToken cancellation)
    {
        var subject = "MTA-STS " + domain;
        var text = $"https://mta-sts.{domain}/.well-known/mta-sts.txt with the lines: version: STSv1 / mode: testing / mx: {hostname} / max_age: 604800";
        var record = $"_mta-sts.{domain}. IN TXT \"v=STSv1; id=1\"";
        var answer = await dns.TxtAsync("_mta-sts." + domain, cancellation);
        if (answer.Status == DnsStatus.Failed)
            return Finding.Advice(subject, $"DNS did not answer for _mta-sts.{domain}", "Look at the zone's name servers, then check again");
        // RFC 8461 §3.1: more than one is none.
        var announced = answer.Records.Where(found => found.StartsWith("v=STSv1;", StringComparison.Ordinal)).ToList();
        if (announced.Count != 1)
            return Finding.Advice(
                subject, announced.Count == 0 ? "none: other servers may be talked out of encryption (RFC 8461)" : $"{announced.Count} records, which count as none", $"{record}\n{text}");
        var (policy, why) = await FetchAsync(domain, cancellation);
        return policy is null
            ? Finding.Advice(subject, $"is announced, but its policy cannot be had: {why}", text)
            : Judge(subject, policy, text);
    }

    private Finding Judge(string subject, string policy, string text)
    {
        var fields = policy.Split('\n').Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries)).Where(pair => pair.Length == 2).ToLookup(pair => pair[0], pair => pair[1]);
        var mode = fields["mode"].FirstOrDefault();
        if (fields["version"].FirstOrDefault() != "STSv1" || mode is not ("enforce" or "testing" or "none") || !uint.TryParse(fields["max_age"].FirstOrDefault(), out _))
            return Finding.Advice(subject, "has a policy that is not understood", text);
        return mode == "none" ? Finding.Advice(subject, "has a policy that asks for nothing (mode: none)", text)
            : !fields["mx"].Any(Covers) ? Finding.Advice(subject, $"has a policy that does not name {hostname}{(mode == "enforce" ? ": mail does not arrive" : "")}", text)
            : Finding.Ok(subject, "mode: " + mode);
    }

    /// <summary>RFC 8461 §4.1: a wildcard stands for exactly one label.</summary>
    private bool Covers(string pattern) => pattern.StartsWith("*.", StringComparison.Ordinal)
        ? hostname.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot && hostname[dot..].Equals(pattern[1..], StringComparison.OrdinalIgnoreCase)
        : hostname.Equals(pattern.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);

    private async Task<(string? Policy, string Why)> FetchAsync(string domain, CancellationToken cancellation)
    {
        using var client = new HttpClient(http, disposeHandler: false) { Timeout = Patience, MaxResponseContentBufferSize = MaxPolicy };
        try
        {
            using var response = await client.GetAsync(new Uri($"https://mta-sts.{domain}/.well-known/mta-sts.txt"), cancellation);
            // RFC 8461 §3.3: no redirects, and 200 alone.
            return response.StatusCode != HttpStatusCode.OK ? (null, $"HTTP {(int)response.StatusCode}") : (await response.Content.ReadAsStringAsync(cancellation), "");
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return (null, fault is HttpRequestException ? fault.GetBaseException().Message : $"no answer within {Patience.TotalSeconds} s");
        }
    }
}
