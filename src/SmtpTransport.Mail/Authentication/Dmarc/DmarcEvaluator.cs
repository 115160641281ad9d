using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Mail.Authentication.Dmarc;

/// <summary>Whether the domain in From stands behind a mail, and what its owner wants done otherwise (RFC 9989).</summary>
internal sealed class DmarcEvaluator(IDnsResolver dns)
{
    // One author is the rule, two are rare; each costs a walk.
    private const int MaxAuthors = 4;

    private readonly DmarcTreeWalk walk = new(dns);

    /// <summary>
    /// With several authors each of them is asked, and the worst verdict stands: one who vouches for himself does not vouch
    /// for the others.
    /// </summary>
    /// <param name="authors">From <see cref="AuthorDomains"/>.</param>
    /// <param name="claims">What SPF and DKIM find; awaited when the policies are known.</param>
    public async Task<DmarcVerdict> EvaluateAsync(IReadOnlyList<string> authors, Task<DmarcClaims> claims, CancellationToken cancellation)
    {
        if (authors.Count == 0)
            return AuthenticationVerdict.Unknown.Dmarc;
        var verdicts = (await Task.WhenAll(authors.Take(MaxAuthors).Select(author => EvaluateAsync(author, claims, cancellation)))).ToList();
        if (authors.Count > MaxAuthors)
            verdicts.Add(new DmarcVerdict(DmarcResult.PermError, authors[0], DmarcPolicy.None));
        return verdicts.MaxBy(verdict => (Weight(verdict.Result), verdict.Policy))!;
    }

    private async Task<DmarcVerdict> EvaluateAsync(string author, Task<DmarcClaims> claims, CancellationToken cancellation)
    {
        var tree = await walk.WalkAsync(author, cancellation);
        if (tree.Policy is not { } node)
            return new DmarcVerdict(tree.IsWhole ? DmarcResult.None : DmarcResult.TempError, author, DmarcPolicy.None);
        if (!node.Record.Applies)
            return new DmarcVerdict(DmarcResult.None, author, DmarcPolicy.None, node.Name);

        var policy = await PolicyAsync(tree, node, cancellation);
        var (spf, dkim) = await claims;
        var alignment = new Alignment(walk, tree);
        var (aligned, open) = (false, false);
        var candidates = dkim.Select(verdict => (verdict.Domain, Passed: verdict.Result == DkimResult.Pass, Failed: verdict.Result == DkimResult.TempError, Strict: node.Record.StrictDkim))
            .Prepend((spf.Domain, Passed: spf.Result == SpfResult.Pass, Failed: spf.Result == SpfResult.TempError, Strict: node.Record.StrictSpf))
            .Where(claim => claim.Passed || claim.Failed);
        foreach (var (domain, passed, _, strict) in candidates)
        {
            var match = await alignment.OfAsync(domain, strict, cancellation);
            aligned |= match == true && passed;
            // What might have passed, had the DNS answered, has not failed.
            open |= match == null || (match == true && !passed);
        }

        var result = aligned ? DmarcResult.Pass : open || policy is null ? DmarcResult.TempError : DmarcResult.Fail;
        return new DmarcVerdict(result, author, policy ?? DmarcPolicy.None, node.Name);
    }

    /// <summary>Null when it hangs on whether the author's domain exists, and the DNS does not say.</summary>
    private async Task<DmarcPolicy?> PolicyAsync(DmarcTree tree, DmarcNode node, CancellationToken cancellation)
    {
        var policy = node.Record.Policy;
        if (node.Name != tree.Start)
        {
            policy = node.Record.Subdomains;
            if (node.Record.Missing != policy)
            {
                // RFC 9989 §3.2.12, RFC 8020 §2: NXDOMAIN, whatever was asked for.
                var answer = await dns.TxtAsync(tree.Start, cancellation);
                if (answer.Status == DnsStatus.Failed)
                    return null;
                if (answer.Status == DnsStatus.NoSuchDomain)
                    policy = node.Record.Missing;
            }
        }

        // RFC 9989 §4.7 t=: one level less.
        return node.Record.Testing && policy > DmarcPolicy.None ? policy - 1 : policy;
    }

    private static int Weight(DmarcResult result) => result switch
    {
        DmarcResult.Pass => 0,
        DmarcResult.None => 1,
        DmarcResult.TempError => 2,
        DmarcResult.PermError => 3,
        _ => 4,
    };
}

/// <summary>What is proven of a mail already, by the client's address and by signatures.</summary>
internal sealed record DmarcClaims(SpfVerdict Spf, IReadOnlyList<DkimVerdict> Dkim);
