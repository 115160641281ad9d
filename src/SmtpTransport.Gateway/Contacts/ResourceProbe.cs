using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.Contacts;

/// <summary>
/// Asks whether the client that sent a message is still there: an error to a full JID that is gone reaches nobody. A client
/// without XEP-0199 answers like one that is gone; its user then reads the same news twice, which beats never.
/// </summary>
public sealed class ResourceProbe(ResourcePresence presence, IStanzaSender link, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<bool> IsOnlineAsync(Jid contact, Jid resource, CancellationToken cancellation)
    {
        if (resource.IsBare || link.DownSince is not null)
            return false;
        if (presence.IsOnline(resource))
            return true;
        using var timer = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        try
        {
            var ping = Stanza.Iq(contact, resource, $"probe-{Guid.NewGuid():N}", "get", new Ping());
            return (await link.QueryAsync(ping, either.Token)).Type == "result";
        }
        catch (Exception e) when (e is OperationCanceledException or LinkDownException)
        {
            return false;
        }
    }
}
