using SmtpTransport.Mail.Delivery.MtaSts;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Host.Checks;

/// <summary>The MTA-STS policy of one domain (RFC 8461): the record that announces it, and the text behind HTTPS.</summary>
internal sealed class MtaStsCheck(IDnsResolver dns, Func<string, Task<StsFetched>> fetch, string hostname)
{
    public async Task<Finding> RunAsync(string domain, CancellationToken cancellation)
    {
        var subject = "MTA-STS " + domain;
        var text = $"https://mta-sts.{domain}/.well-known/mta-sts.txt with the lines: version: STSv1 / mode: testing / mx: {hostname} / max_age: 604800";
        var record = $"_mta-sts.{domain}. IN TXT \"v=STSv1; id=1\"";
        var answer = await dns.TxtAsync("_mta-sts." + domain, cancellation);
        if (answer.Status == DnsStatus.Failed)
            return Finding.Advice(subject, $"DNS did not answer for _mta-sts.{domain}", "Look at the zone's name servers, then check again");
        if (StsRecord.Id(answer.Records) is null)
            return Finding.Advice(
                subject, answer.Records.Count == 0 ? "none: other servers may be talked out of encryption (RFC 8461)" : "is not announced by exactly one proper record", $"{record}\n{text}");
        return await fetch(domain) switch
        {
            StsFetched.Nothing { Why.Words: var why } => Finding.Advice(subject, $"is announced, but its policy cannot be had: {why}", text),
            StsFetched.Policy { Value: { Mode: StsMode.None } } => Finding.Advice(subject, "has a policy that asks for nothing (mode: none)", text),
            StsFetched.Policy { Value: var policy } when !policy.Lists(hostname) => Finding.Advice(
                subject, $"has a policy that does not name {hostname}{(policy.Mode == StsMode.Enforce ? ": mail does not arrive" : "")}", text),
            StsFetched.Policy { Value.Mode: StsMode.Enforce } => Finding.Ok(subject, "mode: enforce"),
            _ => Finding.Ok(subject, "mode: testing"),
        };
    }
}
