using System.Net;

namespace SmtpTransport.Mail.Authentication;

/// <summary>What is known of who sent a mail: the methods of RFC 8601 §2.7, each on its own, and what follows from them.</summary>
/// <param name="Spf">Of MAIL FROM, or of EHLO for a null sender (RFC 7208 §2.4).</param>
/// <param name="Dkim">One for each signature that was looked at, in the order of the header.</param>
/// <param name="Dmarc">Of the domain in From.</param>
/// <param name="Arc">A hint only: whether an earlier hop's word is intact, never whether it is true.</param>
public sealed record AuthenticationVerdict(SpfVerdict Spf, IReadOnlyList<DkimVerdict> Dkim, DmarcVerdict Dmarc, ArcVerdict Arc)
{
    /// <summary>Nothing was asked, so nothing is known.</summary>
    public static readonly AuthenticationVerdict Unknown = new(
        new SpfVerdict(SpfResult.None, ""), [], new DmarcVerdict(DmarcResult.None, "", DmarcPolicy.None), new ArcVerdict(ArcResult.None, []));

    /// <summary>A signal for whoever reads it, and no more; null when no name leads back to the client, or nobody says.</summary>
    public ClientVerdict? Client { get; init; }
}

/// <summary>A client with a name of its own (RFC 8601 §2.7.3, "iprev").</summary>
/// <param name="Name">Whose addresses lead back to it.</param>
/// <param name="IsHelo">EHLO said so too.</param>
public sealed record ClientVerdict(IPAddress Address, string Name, bool IsHelo);

/// <param name="Domain">Whose record was asked for.</param>
/// <param name="Explanation">The domain owner's words for a fail (RFC 7208 §6.2), or ours for an error.</param>
public sealed record SpfVerdict(SpfResult Result, string Domain, string? Explanation = null);

/// <summary>RFC 7208 §2.6.</summary>
public enum SpfResult
{
    None,
    Neutral,
    Pass,
    Fail,
    SoftFail,
    TempError,
    PermError,
}

/// <param name="Domain">The d= of the signature, in lower-case A-labels.</param>
/// <param name="Reason">Why it is no pass, for the operator.</param>
public sealed record DkimVerdict(DkimResult Result, string Domain, string Selector, string? Reason = null);

/// <summary>RFC 8601 §2.7.1. None: a signature that is to be ignored.</summary>
public enum DkimResult
{
    None,
    Pass,
    Fail,

    /// <summary>Good, but not good enough for us: text was added behind the signed part.</summary>
    Policy,
    Neutral,
    TempError,
    PermError,
}

/// <param name="Domain">The author's domain: From, lower-case A-labels; empty when there is no usable From.</param>
/// <param name="Policy">What its owner asks for when it fails; sampled out by t=y already.</param>
/// <param name="PolicyDomain">Where the record was found; null without one.</param>
public sealed record DmarcVerdict(DmarcResult Result, string Domain, DmarcPolicy Policy, string? PolicyDomain = null);

public enum DmarcResult
{
    None,
    Pass,
    Fail,
    TempError,
    PermError,
}

public enum DmarcPolicy
{
    None,
    Quarantine,
    Reject,
}

/// <param name="Sealers">The d= of each seal of an intact chain, the newest last.</param>
public sealed record ArcVerdict(ArcResult Result, IReadOnlyList<string> Sealers)
{
    /// <summary>What each of them says it found when the mail came to it, the newest last; empty when that proves nothing of this author.</summary>
    public IReadOnlyList<ArcClaim> Claims { get; init; } = [];

    /// <summary>
    /// The word of the first hop that is trusted, and behind which all that touched the mail later are trusted too: one
    /// that is not could have changed anything. Null without such a hop.
    /// </summary>
    public ArcClaim? Trusted(IReadOnlyCollection<string> sealers) =>
        Claims.Reverse().TakeWhile(claim => sealers.Contains(claim.Sealer, StringComparer.OrdinalIgnoreCase)).LastOrDefault();
}

/// <summary>An ARC-Authentication-Results (RFC 8617 §4.1.1): what passed there.</summary>
/// <param name="Dkim">A signature of the author's domain, or of one above it; that of anybody else proves nothing of the author.</param>
public sealed record ArcClaim(string Sealer, bool Dkim, bool Dmarc);

/// <summary>RFC 8617 §4.4 <c>cv</c>; TempError when a key could not be had.</summary>
public enum ArcResult
{
    None,
    Pass,
    Fail,
    TempError,
}
