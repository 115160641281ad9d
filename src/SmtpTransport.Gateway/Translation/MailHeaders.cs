using MimeKit;
using MimeKit.Utils;
using SmtpTransport.Gateway.Text;

namespace SmtpTransport.Gateway.Translation;

/// <summary>What the header of a mail says about its place in a conversation.</summary>
/// <param name="MessageId">Without angle brackets; null when the mail has none.</param>
/// <param name="OriginalMessageId">The sender's own, where a provider gave the mail another one on its way.</param>
/// <param name="InReplyTo">The first one named.</param>
/// <param name="References">The oldest first; bounded, the root and the latest kept.</param>
/// <param name="Subject">As one line.</param>
/// <param name="BaseSubject">Without Re: and the like.</param>
/// <param name="DisplayName">Of the author; null when there is none.</param>
public sealed record MailHeaders(
    string? MessageId,
    string? OriginalMessageId,
    string? InReplyTo,
    IReadOnlyList<string> References,
    string Subject,
    string BaseSubject,
    string? DisplayName)
{
    private const int MaxReferences = 100;
    private const int MaxId = 500;
    private const int MaxName = 100;

    /// <summary>Characters of a subject that are kept.</summary>
    public const int MaxSubject = 500;

    /// <summary>It names no mail before it.</summary>
    public bool BeginsThread => InReplyTo is null && References.Count == 0;

    public static MailHeaders Of(MimeMessage mail)
    {
        var subject = PlainText.OneLine(mail.Subject ?? "", MaxSubject);
        var references = Ids(mail, HeaderId.References).ToList();
        if (references.Count > MaxReferences)
        {
            references.RemoveRange(1, references.Count - MaxReferences);
        }

        return new MailHeaders(
            Ids(mail, HeaderId.MessageId).FirstOrDefault(),
            IdIn(mail.Headers["X-Microsoft-Original-Message-ID"]),
            Ids(mail, HeaderId.InReplyTo).FirstOrDefault(),
            references,
            subject,
            SubjectLine.Base(subject),
            NameOf(mail));
    }

    /// <summary>The first id in a field.</summary>
    public static string? IdIn(string? value) => IdsIn(value).FirstOrDefault();

    private static string? NameOf(MimeMessage mail) =>
        PlainText.OneLine(mail.From.Mailboxes.FirstOrDefault()?.Name ?? "", MaxName) is { Length: > 0 } name ? name : null;

    private static IEnumerable<string> Ids(MimeMessage mail, HeaderId field) => IdsIn(mail.Headers[field]);

    // Folded, parted by commas, with comments or without brackets: whatever is in there that could be an id.
    private static IEnumerable<string> IdsIn(string? value) =>
        value is null ? [] : MimeUtils.EnumerateReferences(value).Where(id => id.Length is > 0 and <= MaxId).Distinct();
}
