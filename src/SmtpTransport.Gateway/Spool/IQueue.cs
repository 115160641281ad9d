using System.Text.Json.Serialization;

namespace SmtpTransport.Gateway.Spool;

/// <summary>The waiting mails as an operator sees and steers them. Acts through the database alone, so it works beside a running gateway.</summary>
public interface IQueue
{
    /// <summary>Due first, first.</summary>
    Task<IReadOnlyList<QueueItem>> ListAsync(QueueFilter filter, CancellationToken cancellation);

    /// <summary>Also a mail that has gone, for as long as its history is kept. Null when nothing is known of it.</summary>
    Task<QueueDetail?> ShowAsync(string id, CancellationToken cancellation);

    /// <summary>Makes everything of this mail that waits due now.</summary>
    Task<QueueChange> RetryAsync(string id, CancellationToken cancellation);

    /// <summary>Gives the mail up; its sender is told, as after any failure.</summary>
    Task<QueueChange> DropAsync(string id, CancellationToken cancellation);
}

/// <summary>What came of an operator's wish.</summary>
public enum QueueChange
{
    Done,

    /// <summary>It is being sent right now, and has an outcome in a moment.</summary>
    BeingSent,

    /// <summary>Known, but nothing of it waits any more.</summary>
    Over,

    Unknown,
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
    string Id, MailDirection Direction, string From, IReadOnlyList<string> To, string State, int Attempts, DateTimeOffset Due, string? LastError)
{
    /// <summary>When we took it; the JSON form is fixed and has no place for it.</summary>
    [JsonIgnore]
    public DateTimeOffset Taken { get; init; }
}

/// <param name="Mail">Null when it has gone.</param>
/// <param name="History">Oldest first.</param>
public sealed record QueueDetail(string Id, QueuedMail? Mail, IReadOnlyList<MailEvent> History);

/// <param name="Taken">When we took it.</param>
/// <param name="Size">Octets; zero while it is a draft.</param>
public sealed record QueuedMail(MailDirection Direction, string From, DateTimeOffset Taken, long Size, IReadOnlyList<QueueRecipient> Recipients);

/// <param name="Due">Null when nothing more will be tried.</param>
public sealed record QueueRecipient(string To, string State, int Attempts, DateTimeOffset? Due, string? LastError);
