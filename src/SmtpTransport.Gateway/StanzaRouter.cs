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

    public ValueTask ReceiveAsync(Stanza stanza, CancellationToken cancellation)
    {
        // Whatever speaks in our own name is an echo: to answer it would make a loop.
        if (stanza.From.Domain == options.Component.Domain)
            return ValueTask.CompletedTask;
        return stanza.Kind == StanzaKind.Message
            ? messages.ReceiveAsync(stanza, cancellation)
            : contacts.ReceiveAsync(stanza, cancellation);
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
