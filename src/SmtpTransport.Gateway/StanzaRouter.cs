using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Gateway;

/// <summary>Sorts what comes from the stream: messages become mail, the rest is about the contacts themselves.</summary>
public sealed class StanzaRouter(
    AddressOptions options, IMessageReceiver messages, ContactTraffic contacts, IEnumerable<ILinkObserver> observers) : IStanzaReceiver
{
    private readonly ILinkObserver[] observers = [.. observers];

    public async ValueTask ReceiveAsync(Stanza stanza, CancellationToken cancellation)
    {
        // Whatever speaks in our own name is an echo: to answer it would make a loop.
        if (stanza.From.Domain == options.Component.Domain)
            return;
        if (stanza.Kind == StanzaKind.Message && !stanza.IsOversized)
        {
            await messages.ReceiveAsync(stanza, cancellation);
            return;
        }

        // XEP-0114 has no acknowledgement: whoever pings after a message may take the pong for one.
        if (stanza.Kind == StanzaKind.Iq)
            await messages.Committed.WaitAsync(cancellation);
        await contacts.ReceiveAsync(stanza, cancellation);
    }

    public void LinkUp()
    {
        foreach (var observer in observers)
            observer.LinkUp();
    }

    public void LinkDown()
    {
        foreach (var observer in observers)
            observer.LinkDown();
    }
}
