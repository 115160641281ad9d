using System.IO.Pipelines;
using System.Net;
using Microsoft.Extensions.Logging;

namespace SmtpTransport.Mail.Smtp;

/// <summary>Serves SMTP on connections that somebody else accepts.</summary>
public sealed partial class SmtpServer(SmtpOptions options, IMailReceiver receiver, TimeProvider time, ILogger<SmtpServer> logger)
{
    private readonly ConnectionLimiter limiter = new(options.MaxConnections, options.MaxConnectionsPerAddress);
    private readonly ClientTraffic traffic = new(options, time);
    private readonly ForgivingReceiver receiver = new(receiver, logger);

    /// <summary>The whole life of one connection; never throws for what a client does. The pipes are not completed here.</summary>
    /// <param name="peer">Who connected: the client, or a proxy.</param>
    /// <param name="draining">No new mail from now on: the session ends when none is under way.</param>
    public async Task RunAsync(IDuplexPipe transport, IPAddress peer, CancellationToken draining)
    {
        await using var connection = new SmtpConnection(transport, options.IdleTimeout, time);
        var address = ClientNetwork.Plain(peer);
        try
        {
            using var place = limiter.TryEnter();
            if (place is null)
                await TurnAwayAsync(connection, address, Replies.TooManyConnections);
            else if (!ClientNetwork.IsIn(options.Proxies, address))
                await ServeAsync(connection, address, draining);
            else if (await ReadProxyHeaderAsync(connection) is { } header)
                await ServeAsync(connection, header.Source is { } source ? ClientNetwork.Plain(source) : address, draining);
            else
                LogNoProxyHeader(address);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            LogBroken(e, address);
        }
        catch (Exception e)
        {
            LogFailed(e, address);
        }
    }

    private async Task ServeAsync(SmtpConnection connection, IPAddress address, CancellationToken draining)
    {
        var trusted = ClientNetwork.IsIn(options.TrustedNetworks, address);
        using var place = trusted ? null : limiter.TryEnter(address);
        if (place is null && !trusted)
        {
            await TurnAwayAsync(connection, address, Replies.TooManyFromAddress);
            return;
        }
        using var session = new SmtpSession(connection, address, options, traffic, receiver, logger);
        await session.RunAsync(draining);
    }

    private async Task TurnAwayAsync(SmtpConnection connection, IPAddress address, SmtpReply reply)
    {
        LogTurnedAway(address, reply);
        options.Refused(reply);
        connection.Write(reply);
        await connection.FlushAsync();
    }

    private async Task<ProxyHeader?> ReadProxyHeaderAsync(SmtpConnection connection)
    {
        var deadline = Deadline.After(SmtpLimits.ProxyHeader, time);
        while (true)
        {
            var result = await connection.ReadAsync(deadline);
            var buffer = result.Buffer;
            var parse = ProxyHeader.TryRead(ref buffer, out var header);
            connection.AdvanceTo(buffer.Start, parse == ProxyParse.Complete ? buffer.Start : buffer.End);
            if (parse != ProxyParse.Incomplete || result.IsCompleted || deadline.HasPassed(time))
                return header;
        }
    }

    [LoggerMessage(LogLevel.Debug, "SMTP client {Address} turned away: {Reply}")]
    private partial void LogTurnedAway(IPAddress address, SmtpReply reply);

    [LoggerMessage(LogLevel.Debug, "Proxy {Address} did not begin with the PROXY protocol")]
    private partial void LogNoProxyHeader(IPAddress address);

    [LoggerMessage(LogLevel.Debug, "Connection of SMTP client {Address} broke")]
    private partial void LogBroken(Exception exception, IPAddress address);

    [LoggerMessage(LogLevel.Error, "SMTP session of {Address} failed")]
    private partial void LogFailed(Exception exception, IPAddress address);
}
