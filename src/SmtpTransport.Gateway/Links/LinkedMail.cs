using SmtpTransport.Gateway.Spool;

namespace SmtpTransport.Gateway.Links;

/// <summary>What a link leads to.</summary>
/// <param name="Part">0 for the whole mail, n for its n-th file.</param>
/// <param name="BodyId">Its octets, as they came.</param>
public sealed record LinkedMail(string MailId, int Part, long BodyId, DateTimeOffset ReceivedAt, DateTimeOffset ExpiresAt)
{
    /// <summary>What the checks on its sender came to.</summary>
    public MailAuthentication Authentication { get; init; } = MailAuthentication.None;

    /// <summary>What its readers were told of it.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
