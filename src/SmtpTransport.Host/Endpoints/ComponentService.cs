using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Host.Endpoints;

/// <summary>Keeps the component link up, and answers what comes over it.</summary>
internal sealed class ComponentService(ComponentLink link, IStanzaReceiver receiver, ContactTraffic contacts, PresenceAnnouncer presence) : BackgroundService
{
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await presence.LeaveAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        link.RunAsync(receiver, stoppingToken),
        contacts.RunAsync(stoppingToken),
        presence.RunAsync(stoppingToken));
}
