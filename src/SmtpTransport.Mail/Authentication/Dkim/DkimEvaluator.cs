using System.Text;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Mail.Authentication.Dkim;

/// <summary>Which domains vouch for a mail by their signature (RFC 6376 §6, RFC 8301, RFC 8463).</summary>
internal sealed class DkimEvaluator
{
    // RFC 6376 §8.4: each costs a question to the DNS and a pass over the body.
    private const int MaxSignatures = 8;

    private readonly DkimKeys keys;
    private readonly TimeProvider time;
    private readonly DkimDemands demands;

    public DkimEvaluator(IDnsResolver dns, TimeProvider time)
        : this(dns, time, DkimDemands.Rfc8301)
    {
    }

    internal DkimEvaluator(IDnsResolver dns, TimeProvider time, DkimDemands demands) =>
        (keys, this.time, this.demands) = (new DkimKeys(dns), time, demands);

    /// <summary>
    /// One verdict for each signature, in the order of the header, up to eight. None stands for a signature that is to be
    /// ignored: of another version or method, or expired.
    /// </summary>
    /// <param name="content">The mail's octets as they came; seekable, and nobody else's meanwhile.</param>
    public async Task<IReadOnlyList<DkimVerdict>> EvaluateAsync(Stream content, CancellationToken cancellation)
    {
        if (await OpaqueMessage.LoadAsync(content, cancellation) is not { } message)
            return [];
        // Every key is asked for before one is waited for: a domain whose name servers are silent costs the others nothing.
        var asked = message.Headers.Where(header => header.Id == HeaderId.DkimSignature).Take(MaxSignatures).Select(field => Ask(field, cancellation)).ToList();
        var verdicts = new List<DkimVerdict>();
        foreach (var signature in asked)
            verdicts.Add(await JudgeAsync(message, signature));
        return verdicts;
    }

    /// <summary>What is clear without the key, or the question for it, under way.</summary>
    private Asked Ask(Header field, CancellationToken cancellation)
    {
        if (DkimSignature.Parse(Encoding.UTF8.GetString(field.RawValue), time.GetUtcNow(), demands, out var verdict) is not { } signature)
            return new Asked(field, verdict);
        // RFC 8301 §3.1: failed for good, whatever the key.
        if (signature.Algorithm == DkimSignatureAlgorithm.RsaSha1 && !demands.Sha1)
            return new Asked(field, verdict with { Result = DkimResult.Fail, Reason = "rsa-sha1 proves nothing any more" });
        return new Asked(field, verdict, signature, keys.FindAsync(signature.Domain, signature.Selector, cancellation));
    }

    private async Task<DkimVerdict> JudgeAsync(MimeMessage message, Asked asked)
    {
        var verdict = asked.Verdict;
        if (asked is not { Signature: { } signature, Key: { } finding })
            return verdict;
        var lookup = await finding;
        if (lookup.Record is not { Key: { } key } record)
            return verdict with { Result = lookup.Result, Reason = lookup.Reason };
        if (Mismatch(signature, record, key) is { } mismatch)
            return verdict with { Result = DkimResult.PermError, Reason = mismatch };
        if (key is RsaKeyParameters rsa && rsa.Modulus.BitLength < demands.MinimumRsaBits)
            return verdict with { Result = DkimResult.Fail, Reason = $"an RSA key of {rsa.Modulus.BitLength} bits proves nothing" };
        return Verify(message, asked.Field, signature, key) switch
        {
            (DkimResult.Fail, var reason) when record.Testing => verdict with { Result = DkimResult.Neutral, Reason = $"{reason}; the domain is testing" },
            var (result, reason) => verdict with { Result = result, Reason = reason },
        };
    }

    // RFC 6376 §6.1.2
    private static string? Mismatch(DkimSignature signature, DkimKeyRecord record, AsymmetricKeyParameter key)
    {
        if ((signature.Algorithm == DkimSignatureAlgorithm.Ed25519Sha256) != key is Ed25519PublicKeyParameters)
            return "the key is of another type";
        if (record.Hashes is { } hashes && !hashes.Contains(signature.Algorithm == DkimSignatureAlgorithm.RsaSha1 ? "sha1" : "sha256"))
            return "the key is not for this hash";
        return record.Strict && signature.Agent != signature.Domain ? "the key is not for subdomains" : null;
    }

    private static (DkimResult Result, string? Reason) Verify(MimeMessage message, Header field, DkimSignature signature, AsymmetricKeyParameter key)
    {
        // The cheap half first: the header is bounded, the body is megabytes.
        if (!DkimArithmetic.IsSigned(message, field, signature, key))
            return (DkimResult.Fail, "the signature does not match");
        if (!DkimArithmetic.IsBody(message, signature, signature.BodyLength))
            return (DkimResult.Fail, "the body was changed");
        // RFC 6376 §8.2: what stands behind the l= octets is anybody's, and it may be all that a reader sees.
        return signature.BodyLength is null || DkimArithmetic.IsBody(message, signature, length: null)
            ? (DkimResult.Pass, null)
            : (DkimResult.Policy, "something was added after the part that is signed (l=)");
    }

    /// <param name="Verdict">Final, unless there is a key to wait for.</param>
    private sealed record Asked(Header Field, DkimVerdict Verdict, DkimSignature? Signature = null, Task<DkimKeyLookup>? Key = null);
}
