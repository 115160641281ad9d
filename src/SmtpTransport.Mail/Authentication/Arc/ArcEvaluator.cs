using System.Text;
using MimeKit;
using MimeKit.Cryptography;
using SmtpTransport.Mail.Authentication.Dkim;
using SmtpTransport.Mail.Authentication.Dmarc;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Mail.Authentication.Arc;

/// <summary>Whether what earlier hops say they found is intact (RFC 8617 §5.2). Whether it is true is a matter of trust.</summary>
internal sealed class ArcEvaluator(IDnsResolver dns)
{
    // Each seal covers all that are older: without a bound fifty of them hash the whole header fifty times.
    private const int MaxOctets = 256 * 1024;

    private static readonly HeaderId[] Fields = [HeaderId.ArcAuthenticationResults, HeaderId.ArcMessageSignature, HeaderId.ArcSeal];

    private readonly DkimKeys keys = new(dns);

    /// <summary>False for a mail without any of ARC's fields.</summary>
    public static bool Concerns(HeaderList headers) => Array.Exists(Fields, headers.Contains);

    /// <param name="content">The mail's octets as they came; seekable, and nobody else's meanwhile.</param>
    public async Task<ArcVerdict> EvaluateAsync(Stream content, CancellationToken cancellation)
    {
        if (await OpaqueMessage.LoadAsync(content, cancellation) is not { } message)
            return AuthenticationVerdict.Unknown.Arc;
        var fields = message.Headers.Where(header => Fields.Contains(header.Id)).ToList();
        if (fields.Count == 0)
            return AuthenticationVerdict.Unknown.Arc;
        // RFC 8617 §4.1.2: a message signature must not cover seals; MimeKit does not mind.
        if (fields.Sum(field => field.RawValue.Length) > MaxOctets || fields.Any(field => field.Id == HeaderId.ArcMessageSignature && Covers(field, "arc-seal")))
            return new ArcVerdict(ArcResult.Fail, []);

        var chain = new ArcKeys(keys);
        var validation = await new ArcVerifier(chain).VerifyAsync(message, cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (validation is not { Chain: ArcSignatureValidationResult.Pass, Seals: { } seals, MessageSignature.Header: { } signature })
            return new ArcVerdict(chain.Failed ? ArcResult.TempError : ArcResult.Fail, []);
        var sealers = seals.Select(seal => Tag(seal.Header, "d").ToLowerInvariant()).ToList();
        return new ArcVerdict(ArcResult.Pass, sealers) { Claims = Claims(message, signature, sealers) };
    }

    /// <summary>None where the newest hop did not sign From: anybody could have put another author to the words.</summary>
    private static List<ArcClaim> Claims(MimeMessage message, Header signature, List<string> sealers)
    {
        if (!Covers(signature, "from"))
            return [];
        var results = message.Headers.Where(header => header.Id == HeaderId.ArcAuthenticationResults)
            .Select(header => AuthenticationResults.TryParse(header.RawValue, out var parsed) ? parsed : null)
            .OfType<AuthenticationResults>()
            .ToDictionary(parsed => parsed.Instance ?? 0, parsed => parsed.Results);
        var authors = AuthorDomains.Of(message.Headers);
        return [.. sealers.Select((sealer, index) => new ArcClaim(
            sealer,
            authors.Count > 0 && authors.All(author => Passed(results[index + 1], "dkim").SelectMany(Signers).Any(signer => MailDomain.SpeaksFor(signer, author))),
            Passed(results[index + 1], "dmarc").Any()))];
    }

    private static IEnumerable<AuthenticationMethodResult> Passed(IEnumerable<AuthenticationMethodResult> results, string method) =>
        results.Where(result => method.Equals(result.Method, StringComparison.OrdinalIgnoreCase) && "pass".Equals(result.Result, StringComparison.OrdinalIgnoreCase));

    /// <summary>RFC 8601 §2.7.1: d= of the signature, or the domain of its i=.</summary>
    private static IEnumerable<string> Signers(AuthenticationMethodResult result) => result.Properties
        .Where(property => property is { PropertyType: "header", Property: "d" or "i" })
        .Select(property => property.Value[(property.Value.LastIndexOf('@') + 1)..].ToLowerInvariant());

    private static bool Covers(Header signature, string name) => TagList.Colons(Tag(signature, "h")).Contains(name, StringComparer.OrdinalIgnoreCase);

    private static string Tag(Header field, string name) => TagList.Parse(Encoding.UTF8.GetString(field.RawValue))?.GetValueOrDefault(name) ?? "";
}
