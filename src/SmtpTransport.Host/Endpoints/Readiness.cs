using System.Globalization;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Host.Endpoints;

/// <summary>Whether mail can flow now: the SMTP listener is up and the component is bound.</summary>
internal sealed class Readiness(IHostApplicationLifetime lifetime, IStanzaSender link, ComponentOptions component)
{
    /// <summary>One line for each thing that is missing; empty when we are ready.</summary>
    public IReadOnlyList<string> Missing()
    {
        var missing = new List<string>();
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
            missing.Add("The SMTP listener is not up yet.");
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            missing.Add("The gateway is stopping.");
        if (link.DownSince is { } since)
            missing.Add(string.Create(CultureInfo.InvariantCulture,
                $"The component {component.Domain} is not bound to {component.Server.Host}:{component.Server.Port} since {since.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z. {link.Problem}").TrimEnd());
        return missing;
    }
}
