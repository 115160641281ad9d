using MimeKit;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>A mail on its way to users, read.</summary>
/// <param name="Message">Reads its parts from the stored octets while they are open.</param>
/// <param name="Author">Whose contact it comes from.</param>
public sealed record IncomingMail(string Id, MimeMessage Message, EmailAddress Author, DateTimeOffset ReceivedAt)
{
    /// <summary>MAIL FROM; null for <c>&lt;&gt;</c>.</summary>
    public EmailAddress? ReversePath { get; init; }

    /// <summary>What its readers are told of it, a line for each; in our own words.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What the checks on its sender came to.</summary>
    public MailAuthentication Authentication { get; init; } = MailAuthentication.None;

    /// <summary>Its sender may be told what becomes of it: verified, so that nobody else is hit, and no machine (RFC 3834 §2).</summary>
    public bool MayReport { get; init; }
}
