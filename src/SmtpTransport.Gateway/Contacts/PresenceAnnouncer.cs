using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Gateway.Contacts;

/// <summary>Tells every subscriber, after each start of the link and before the end, what became of the contacts (XEP-0100 §8).</summary>
public sealed partial class PresenceAnnouncer(
    ISubscriptions subscriptions, PresenceResponder presence, IStanzaSender link, TimeProvider time, ILogger<PresenceAnnouncer> logger)
    : ILinkObserver
{
    internal const int Batch = 100;

    internal static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>A stop must not wait for a million subscribers.</summary>
    internal static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(5);

    // Several rings before the first is heard are one.
    private readonly Channel<bool> ups = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void LinkUp() => ups.Writer.TryWrite(true);

    public void LinkDown()
    {
    }

    /// <summary>Announces after each <see cref="LinkUp"/>, slowly enough to leave room for mail, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await ups.Reader.ReadAsync(cancellation);
            try
            {
                await SendAllAsync(presence.Current, Pause, cancellation);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e);
            }
        }
    }

    /// <summary>The last thing before the link is closed.</summary>
    public async Task LeaveAsync(CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(FarewellTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        try
        {
            await SendAllAsync(PresenceResponder.Unavailable, TimeSpan.Zero, either.Token);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            LogFailed(e);
        }
    }

    private async Task SendAllAsync(Func<Jid, Jid, Stanza> write, TimeSpan pause, CancellationToken cancellation)
    {
        var sent = 0;
        await foreach (var (user, contact) in subscriptions.AllAsync(cancellation))
        {
            // The next LinkUp begins anew.
            if (link.DownSince is not null)
                return;
            await link.SendAsync(write(user, contact), cancellation);
            if (++sent % Batch == 0 && pause > TimeSpan.Zero)
                await Task.Delay(pause, time, cancellation);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Presence could not be sent to all subscribers")]
    private partial void LogFailed(Exception e);
}
