using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace SmtpTransport.Xmpp.Component;

/// <summary>
/// The component's link to its XMPP server: binds, reads, writes, notices when the server is gone, and binds again for as
/// long as <see cref="RunAsync"/> runs.
/// </summary>
public sealed partial class ComponentLink : IStanzaSender, IDisposable
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    /// <summary>Silence before we ask for a sign of life; with <see cref="AnswerTimeout"/> a dead peer is noticed within 62 s.</summary>
    private static readonly TimeSpan SilenceTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A ping without answer: the peer is dead, or (ejabberd, with two connections for one component) its answer went
    /// elsewhere.
    /// </summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(5);

    /// <summary>A stream that lasted so long is followed by another one at once; others count as a failed attempt.</summary>
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(3);

    private readonly ComponentOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Func<CancellationToken, ValueTask<Stream>> connect;
    private readonly Outbox outbox;
    private readonly PendingQueries queries = new();
    private readonly Inbox inbox;
    private volatile LinkState state;

    public ComponentLink(ComponentOptions options, TimeProvider time, ILogger<ComponentLink> logger)
        : this(options, time, logger, cancellation => ConnectAsync(options, cancellation))
    {
    }

    internal ComponentLink(
        ComponentOptions options, TimeProvider time, ILogger logger, Func<CancellationToken, ValueTask<Stream>> connect)
    {
        (this.options, this.time, this.logger, this.connect) = (options, time, logger, connect);
        outbox = new Outbox(options, time);
        inbox = new Inbox(outbox, queries, time, logger);
        state = new LinkState(time.GetUtcNow(), "The link to the XMPP server has not been opened yet.");
    }

    public DateTimeOffset? DownSince => state.DownSince;

    public DateTimeOffset? BrokenAt => state.BrokenAt;

    /// <summary>Why the component is not bound, with the cure; null while it is.</summary>
    public string? Problem => state.Problem;

    public long StanzasReceived => inbox.Received;

    public long StanzasSent => outbox.Sent;

    /// <summary>Stanzas that the server has not confirmed.</summary>
    public int Unconfirmed => outbox.Waiting;

    /// <exception cref="ArgumentException">The stanza lacks an address or id, or is over 200 KiB; nothing was sent.</exception>
    /// <remarks>An iq is not kept: an answer that the server did not get is asked for again.</remarks>
    public async ValueTask SendAsync(Stanza stanza, CancellationToken cancellation) =>
        await outbox.SendAsync(new SentStanza(stanza), cancellation);

    /// <inheritdoc cref="SendAsync"/>
    public async Task<DeliveryVerdict> SendConfirmedAsync(Stanza message, CancellationToken cancellation)
    {
        var sent = new SentStanza(message) { IsAwaited = true };
        await outbox.SendAsync(sent, cancellation);
        try
        {
            return await sent.Verdict.WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            outbox.Withdraw(sent);
            throw;
        }
    }

    /// <exception cref="LinkDownException">The link is down, or broke before the answer came.</exception>
    public async Task<Stanza> QueryAsync(Stanza iq, CancellationToken cancellation)
    {
        var answer = queries.Add(iq);
        try
        {
            if (!await outbox.SendAsync(new SentStanza(iq), cancellation))
                throw new LinkDownException();
            return await answer.WaitAsync(cancellation);
        }
        finally
        {
            queries.Remove(iq);
        }
    }

    /// <summary>Keeps the link up until cancelled; then ends the stream in order and returns.</summary>
    public async Task RunAsync(IStanzaReceiver receiver, CancellationToken cancellation)
    {
        using var lastCall = new CancellationTokenSource();
        var receiving = inbox.RunAsync(receiver, lastCall.Token);
        var reconnection = Reconnection.Pipeline(time, (fault, delay) =>
        {
            state = state with { Problem = Reconnection.Describe(fault, options) };
            LogDown(state.Problem, delay.TotalSeconds);
        });
        try
        {
            while (!cancellation.IsCancellationRequested)
                await reconnection.ExecuteAsync(async token => await BindAndServeAsync(receiver, token), cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The usual end.
        }
        inbox.Close();
        await Task.WhenAny(receiving, Task.Delay(GoodbyeTimeout, time, CancellationToken.None));
        await lastCall.CancelAsync();
        await receiving;
    }

    public void Dispose() => outbox.Dispose();

    /// <summary>One stream. Returns when it lasted, so that the next attempt is at once; else throws.</summary>
    private async Task BindAndServeAsync(IStanzaReceiver receiver, CancellationToken cancellation)
    {
        await using var stream = await OpenAsync(cancellation);
        var boundAt = time.GetTimestamp();
        state = new LinkState(null, null, state.BrokenAt);
        foreach (var stanza in outbox.Attach(stream.Writer))
            LogGivenUp(stanza.Stanza.Kind, stanza.Stanza.Id);
        LogBound(options.Domain, options.Server.Host, options.Server.Port);
        receiver.LinkUp();
        try
        {
            await ServeAsync(stream, cancellation);
        }
        catch (Exception fault) when (fault is not OperationCanceledException
            && fault is not XmppStreamException { Condition: "conflict" }
            && time.GetElapsedTime(boundAt) >= Lasting)
        {
            LogBroken(Reconnection.Describe(fault, options));
        }
        finally
        {
            var now = time.GetUtcNow();
            state = new LinkState(now, "The link to the XMPP server broke.", cancellation.IsCancellationRequested ? state.BrokenAt : now);
            outbox.Detach();
            queries.FailAll();
            if (!cancellation.IsCancellationRequested)
                receiver.LinkDown();
        }
    }

    private async Task<ComponentStream> OpenAsync(CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(HandshakeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            return await ComponentStream.OpenAsync(await connect(either.Token), options, either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw new TimeoutException($"No handshake within {HandshakeTimeout.TotalSeconds} s.");
        }
    }

    /// <summary>Ends the stream in order when cancelled; throws when it ends otherwise.</summary>
    private async Task ServeAsync(ComponentStream stream, CancellationToken cancellation)
    {
        using var watched = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var reading = ReadAsync(stream);
        var watching = WatchAsync(stream, watched.Token);
        try
        {
            await await Task.WhenAny(reading, watching);
            await Task.WhenAny(Task.WhenAll(stream.CloseAsync(), reading), Task.Delay(GoodbyeTimeout, time, CancellationToken.None));
        }
        finally
        {
            await watched.CancelAsync();
            await stream.AbortAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(ComponentStream stream)
    {
        while (await stream.ReadAsync() is { } element)
            await inbox.TakeAsync(element);
        throw new XmppStreamException("connection-closed", "The server ended the stream.");
    }

    /// <summary>Ends when cancelled; throws when the peer is dead.</summary>
    private async Task WatchAsync(ComponentStream stream, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Tick, time);
        var (received, heardAt) = (stream.Received, time.GetTimestamp());
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                if (received != stream.Received)
                    (received, heardAt) = (stream.Received, time.GetTimestamp());
                if (outbox.Unanswered(inbox.ReadingSince) >= AnswerTimeout)
                    throw new XmppStreamException("connection-timeout", $"No answer to a ping within {AnswerTimeout.TotalSeconds} s.");
                outbox.Tick(isSilent: time.GetElapsedTime(heardAt) >= SilenceTimeout);
            }
        }
        catch (OperationCanceledException)
        {
            // The stream ends for another reason.
        }
    }

    private static async ValueTask<Stream> ConnectAsync(ComponentOptions options, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Server, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    [LoggerMessage(LogLevel.Information, "Bound as {Component} to the XMPP server at {Host}:{Port}")]
    private partial void LogBound(Jid component, string host, int port);

    [LoggerMessage(LogLevel.Warning, "{Problem} Trying again at once.")]
    private partial void LogBroken(string problem);

    [LoggerMessage(LogLevel.Warning, "{Problem} Trying again in {Seconds:0.0} s.")]
    private partial void LogDown(string problem, double seconds);

    [LoggerMessage(LogLevel.Error, "Giving up a {Kind} that five streams did not confirm: {Id}")]
    private partial void LogGivenUp(StanzaKind kind, string id);
}
