using MimeKit;
using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.Translation;

/// <summary>Tells mail that nobody reads answers to: machines wrote it, and it names nobody to answer.</summary>
internal static class NoReply
{
    private static readonly string[] Machines = ["noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "do_not_reply", "mailer-daemon"];

    /// <param name="hasNullSender">MAIL FROM was <c>&lt;&gt;</c>.</param>
    public static bool Is(MimeMessage mail, MailParticipants participants, bool hasNullSender) =>
        participants.ReplyTo.Count == 0 && (hasNullSender || IsAutomatic(mail.Headers[HeaderId.AutoSubmitted]) || IsMachine(mail));

    // RFC 3834 §5
    private static bool IsAutomatic(string? field) =>
        field?.Trim() is { Length: > 0 } value && !value.StartsWith("no", StringComparison.OrdinalIgnoreCase);

    private static bool IsMachine(MimeMessage mail) =>
        mail.From.Mailboxes.FirstOrDefault()?.Address is { } author
        && EmailAddress.TryParse(author, out var address)
        && Machines.Any(machine => address.Local.StartsWith(machine, StringComparison.OrdinalIgnoreCase));
}
