namespace SmtpTransport.Gateway.Spool;

/// <summary>The waiting mails as an operator sees and steers them. Acts through the database alone, so it works beside a running gateway.</summary>
public interface IQueue
{
    /// <summary>Due first, first.</summary>
    Task<IReadOnlyList<QueueItem>> ListAsync(CancellationToken cancellation);

    /// <summary>Null when there is no such mail (any more).</summary>
    Task<QueueDetail?> ShowAsync(string id, CancellationToken cancellation);

    /// <summary>Makes everything of this mail that waits due now. False when nothing of it waits: it is gone, or being sent right now.</summary>
    Task<bool> RetryAsync(string id, CancellationToken cancellation);

    /// <summary>Gives the mail up; its sender is told, as after any failure. False when nothing of it waits, as above.</summary>
    Task<bool> DropAsync(string id, CancellationToken cancellation);
}

/// <summary>Which way a spooled item goes.</summary>
public enum MailDirection
{
    MailToChat,
    ChatToMail,
}

/// <summary>One waiting mail; state, attempts, due and last error are those of its recipient that is due first.</summary>
/// <param name="From">Empty for a null sender.</param>
/// <param name="State">Such as <c>waiting</c>, <c>held</c> or <c>failed</c>.</param>
/// <param name="LastError">Null before the first failure.</param>
public sealed record QueueItem(
    string Id, MailDirection Direction, string From, IReadOnlyList<string> To, string State, int Attempts, DateTimeOffset Due, string? LastError);

/// <param name="Created">When we took it.</param>
/// <param name="Size">Octets; zero while it is a draft.</param>
public sealed record QueueDetail(
    string Id, MailDirection Direction, string From, DateTimeOffset Created, long Size, IReadOnlyList<QueueRecipient> Recipients);

/// <param name="Due">Null when nothing more will be tried.</param>
public sealed record QueueRecipient(string To, string State, int Attempts, DateTimeOffset? Due, string? LastError);
