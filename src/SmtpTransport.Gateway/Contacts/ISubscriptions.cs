using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Contacts;

/// <summary>Who is subscribed to whose presence: survives a restart, so that what users see stays true.</summary>
public interface ISubscriptions
{
    /// <summary>Durable when it completes. Both JIDs bare.</summary>
    Task AddAsync(Jid user, Jid contact, CancellationToken cancellation);

    Task RemoveAsync(Jid user, Jid contact, CancellationToken cancellation);

    bool Contains(Jid user, Jid contact);

    /// <summary>Every pair, for the presence sent after a start and before a stop.</summary>
    IAsyncEnumerable<(Jid User, Jid Contact)> AllAsync(CancellationToken cancellation);
}
