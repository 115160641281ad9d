using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.Spool;

/// <summary>
/// What the senders of mail are still to be told. It is owed in the transaction in which it becomes known, and paid in the one
/// that puts the report into the spool: a crash neither loses a report nor sends it twice.
/// </summary>
public interface IReports
{
    /// <summary>The mails of which all can be said now: their recipients have their fate, or the first has waited long enough for the others.</summary>
    IReadOnlyList<string> Ready(int limit);

    /// <summary>What is owed on a mail; null when that has been paid meanwhile. Throws when the record cannot be read.</summary>
    OwedReport? Find(string mailId);

    /// <summary>The report waits from now on like any other mail, in place of what was owed.</summary>
    Task PayAsync(OwedReport owed, ComposedReport report);

    /// <summary>Owes a notice of delay for what has been waiting since before this time; once for each recipient.</summary>
    Task OweDelaysAsync(DateTimeOffset waitingSince, int limit);
}

/// <param name="MessageId">Or empty.</param>
/// <param name="BodyId">Null when its octets are gone.</param>
/// <param name="Return">RET (RFC 3461 §4.3), or null.</param>
/// <param name="EnvelopeId">ENVID (RFC 3461 §4.4), or null.</param>
public sealed record OwedReport(
    string MailId, EmailAddress Sender, DateTimeOffset ReceivedAt, string MessageId, long? BodyId, string? Return, string? EnvelopeId, IReadOnlyList<OwedRecipient> Recipients)
{
    /// <summary>What is left of a mail whose octets are gone, where that is more than its Message-ID.</summary>
    public byte[]? Header { get; init; }
}

/// <param name="OwedId">Of the debt.</param>
public sealed record OwedRecipient(long OwedId, ReportedRecipient Recipient);

/// <param name="Original">ORCPT as <c>type;address</c>, or null.</param>
/// <param name="Reply">In SMTP's words, as <c>550 5.1.1 Mailbox unavailable</c>.</param>
public sealed record ReportedRecipient(EmailAddress Address, string? Original, ReportedAction Action, string Reply);

/// <summary>RFC 3464 §2.3.3; the numbers are kept in the database.</summary>
public enum ReportedAction
{
    Failed = 0,
    Delayed = 1,

    /// <summary>Handed to a system that sends no reports of its own.</summary>
    Relayed = 2,
}

/// <param name="Id">The report's own mail id.</param>
/// <param name="Octets">RFC 5322 bytes.</param>
public sealed record ComposedReport(string Id, string MessageId, ReadOnlyMemory<byte> Octets);
