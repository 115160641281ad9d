using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Mail.Authentication.Dmarc;

/// <summary>Asks the DNS for the records of a domain and of those above it (RFC 9989 §4.10): at most eight questions.</summary>
internal sealed class DmarcTreeWalk(IDnsResolver dns)
{
    public async Task<DmarcTree> WalkAsync(string domain, CancellationToken cancellation)
    {
        var names = DmarcTree.Names(domain);
        // All at once: nearly every walk goes to the top, and a mail waits for this.
        var answers = await Task.WhenAll(names.Select(name => dns.TxtAsync("_dmarc." + name, cancellation)));
        var found = new List<DmarcNode>();
        foreach (var (name, answer) in names.Zip(answers))
        {
            if (answer.Status == DnsStatus.Failed)
                return new DmarcTree(domain, found, IsWhole: IsTop(name) && found.Count > 0 && IsTop(Parent(found[^1].Name)));
            // RFC 9989 §4.10: several at one name are none.
            if (answer.Records.Select(DmarcRecord.Parse).OfType<DmarcRecord>().ToList() is not [var record])
                continue;
            found.Add(new DmarcNode(name, record));
            if (record.PublicSuffix != PublicSuffix.Unknown)
                break;
        }

        return new DmarcTree(domain, found, IsWhole: true);
    }

    /// <summary>Here only registries publish, with psd=y: a record right below is an organization's whether they do or not (RFC 9989 §4.10.2).</summary>
    private static bool IsTop(string name) => !name.Contains('.', StringComparison.Ordinal);

    private static string Parent(string name) => name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];
}
