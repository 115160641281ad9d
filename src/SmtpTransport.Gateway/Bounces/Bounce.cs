using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.Bounces;

/// <summary>A delivery report, in whatever form, as far as it concerns the one who wrote the mail.</summary>
public sealed record Bounce(IReadOnlyList<BouncedRecipient> Recipients);

/// <param name="Addresses">As the report names it: the original recipient first where that is known; may be empty.</param>
/// <param name="Reply">The remote words, with codes as good as they can be had.</param>
/// <param name="Host">Who said them, or null.</param>
public sealed record BouncedRecipient(IReadOnlyList<EmailAddress> Addresses, BounceAction Action, SmtpReply Reply, string? Host);

/// <summary>RFC 3464 §2.3.3.</summary>
public enum BounceAction
{
    Failed,
    Delayed,

    /// <summary>Delivered, relayed or expanded.</summary>
    Succeeded,
}
