using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using SmtpTransport.Mail.Authentication.Dkim;

namespace SmtpTransport.Mail.Authentication.Arc;

/// <summary>The keys of one chain, each asked for once, as MimeKit wants them.</summary>
internal sealed class ArcKeys(DkimKeys keys) : IDkimPublicKeyLocator
{
    private readonly Dictionary<(string Domain, string Selector), DkimKeyLookup> known = [];

    /// <summary>A key could not be had for now.</summary>
    public bool Failed => known.Values.Any(lookup => lookup.Result == DkimResult.TempError);

    public AsymmetricKeyParameter LocatePublicKey(string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public async Task<AsymmetricKeyParameter> LocatePublicKeyAsync(string methods, string domain, string selector, CancellationToken cancellationToken = default)
    {
        if (!known.TryGetValue((domain, selector), out var lookup))
            known[(domain, selector)] = lookup = await keys.FindAsync(domain, selector, cancellationToken);
        // MimeKit takes any exception for a seal that does not hold.
        return lookup.Record?.Key ?? throw new FormatException(lookup.Reason);
    }
}
