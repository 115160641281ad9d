using System.Collections.Concurrent;
using SmtpTransport.Gateway.Spool;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>
/// The copies whose SMTP sessions are open: they are on the disk, but may be refused yet. The same mail in a second session
/// must neither be shown again nor be called taken.
/// </summary>
internal sealed class MailsUnderWay
{
    private readonly ConcurrentDictionary<string, bool> copies = new();

    /// <summary>False when another session is at it.</summary>
    public bool TryBegin(MailFingerprint copy) => copies.TryAdd(copy.StanzaId(0), true);

    public void End(MailFingerprint copy) => copies.TryRemove(copy.StanzaId(0), out _);
}
