using SmtpTransport.Gateway.Spool;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Files;

/// <summary>A file of a mail on its way to one user.</summary>
/// <param name="Contact">The JID that it comes from.</param>
/// <param name="Mail">The user's copy of the mail.</param>
/// <param name="Part">Which file of it.</param>
public sealed record OutgoingFile(Jid Contact, MailFingerprint Mail, int Part)
{
    /// <summary>Its row in the spool.</summary>
    public required long RecipientId { get; init; }

    /// <summary>Safe on every disk.</summary>
    public required string Name { get; init; }

    public required string MediaType { get; init; }

    /// <summary>Octets.</summary>
    public required long Size { get; init; }

    /// <summary>As often as it is wanted.</summary>
    public required Func<Stream, CancellationToken, Task> WriteToAsync { get; init; }
}
