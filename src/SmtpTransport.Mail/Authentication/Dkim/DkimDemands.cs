namespace SmtpTransport.Mail.Authentication.Dkim;

/// <summary>How strong a signature has to be, and how modern.</summary>
/// <param name="MinimumRsaBits">Of the modulus.</param>
/// <param name="Sha1">rsa-sha1 is good enough.</param>
/// <param name="Drafts">So are the versions from before RFC 4871: none, and 0.x.</param>
internal sealed record DkimDemands(int MinimumRsaBits, bool Sha1, bool Drafts)
{
    /// <summary>RFC 8301 §3.1, §3.2: no SHA-1, no RSA key below 1024 bits.</summary>
    public static readonly DkimDemands Rfc8301 = new(1024, Sha1: false, Drafts: false);

    /// <param name="version">v=; null without one.</param>
    public bool Accepts(string? version) => version == "1" || (Drafts && version is null or "0.5");
}
