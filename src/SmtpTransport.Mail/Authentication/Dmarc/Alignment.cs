using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Mail.Authentication.Dmarc;

/// <summary>Whether a domain that was authenticated belongs to the author's (RFC 9989 §4.4).</summary>
/// <param name="author">The walk from the author's domain.</param>
internal sealed class Alignment(DmarcTreeWalk walk, DmarcTree author)
{
    /// <summary>Null when the DNS would have to say and does not.</summary>
    /// <param name="strict">The very same domain, not just the same organization's.</param>
    public async Task<bool?> OfAsync(string domain, bool strict, CancellationToken cancellation)
    {
        // A check that came to nothing: whose it was nobody knows, so it may have been the author's.
        if (domain.Length == 0)
            return null;
        if (!DnsName.TryToAscii(domain, out var ascii))
            return false;
        ascii = ascii.ToLowerInvariant();
        if (ascii == author.Start)
            return true;
        if (strict)
            return false;
        if (!author.IsWhole)
            return null;
        // An organization holds what lies below it; elsewhere no walk can lead to it.
        var organization = author.Organization;
        if (ascii != organization && !ascii.EndsWith('.' + organization, StringComparison.Ordinal))
            return false;
        var other = await walk.WalkAsync(ascii, cancellation);
        return other.IsWhole ? other.Organization == organization : null;
    }
}
