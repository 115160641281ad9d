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
public sealed record Notice(long Id, Stanza? Stanza);
