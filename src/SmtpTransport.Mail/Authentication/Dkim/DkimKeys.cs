using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Mail.Authentication.Dkim;

/// <summary>Finds public keys in the DNS (RFC 6376 §3.6.2). One that does not come in time is a temporary error, not an exception.</summary>
internal sealed class DkimKeys(IDnsResolver dns)
{
    public async Task<DkimKeyLookup> FindAsync(string domain, string selector, CancellationToken cancellation)
    {
        DnsAnswer<string> answer;
        try
        {
            answer = await dns.TxtAsync($"{selector}._domainkey.{domain}", cancellation);
        }
        catch (OperationCanceledException)
        {
            // The time is over for this key. What was found of the others counts.
            return new DkimKeyLookup(null, DkimResult.TempError, "no answer in time");
        }

        if (answer.Status == DnsStatus.Failed)
            return new DkimKeyLookup(null, DkimResult.TempError, "the key could not be asked for");
        if (answer.Status != DnsStatus.Found)
            return new DkimKeyLookup(null, DkimResult.PermError, "no key");
        // RFC 6376 §3.6.2.2: with several records the outcome is undefined; the first that is a key serves.
        var record = answer.Records.Select(DkimKeyRecord.Parse).FirstOrDefault(found => found is not null);
        return record switch
        {
            null => new DkimKeyLookup(null, DkimResult.PermError, "the key cannot be read"),
            { Key: null } => new DkimKeyLookup(null, DkimResult.PermError, "the key is revoked"),
            { ForMail: false } => new DkimKeyLookup(null, DkimResult.PermError, "the key is not for mail"),
            _ => new DkimKeyLookup(record, DkimResult.Pass, ""),
        };
    }
}

/// <param name="Record">Null unless there is a usable key.</param>
/// <param name="Result">What that makes of a signature.</param>
internal sealed record DkimKeyLookup(DkimKeyRecord? Record, DkimResult Result, string Reason);
