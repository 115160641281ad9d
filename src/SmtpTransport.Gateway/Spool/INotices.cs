using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Spool;

/// <summary>Stanzas that tell users what became of their messages, waiting to be sent.</summary>
public interface INotices
{
    /// <summary>The oldest first.</summary>
    IReadOnlyList<Notice> Waiting(int limit);

    Task DoneAsync(IReadOnlyList<long> ids);
}

/// <param name="Stanza">Null when its record cannot be read.</param>
/// <param name="UnlessOnline">As in <see cref="NewNotice"/>.</param>
public sealed record Notice(long Id, Stanza? Stanza, Jid? UnlessOnline = null);

/// <summary>A stanza that tells a user something, on its way into the spool.</summary>
/// <param name="UnlessOnline">It need not go while this client is there, which is told by another stanza.</param>
public readonly record struct NewNotice(Stanza Stanza, Jid? UnlessOnline = null);
