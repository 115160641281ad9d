using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Logging;

namespace SmtpTransport.Mail.Delivery;

/// <summary>Opens connections: TCP, greeting, EHLO, TLS as demanded, AUTH at the relay.</summary>
internal sealed partial class Dialer(DeliveryOptions options, SmtpTimeouts timeouts, IDeliveryObserver observer, TimeProvider time, ILogger logger)
{
    private const int MaxAvoided = 1000;

    private readonly ConcurrentDictionary<string, bool> withoutChunking = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A host that offers CHUNKING and refuses BDAT gets DATA from now on.</summary>
    public void AvoidChunking(NextHop hop)
    {
        if (withoutChunking.Count >= MaxAvoided)
            withoutChunking.Clear();
        withoutChunking[hop.Host] = true;
    }

    /// <param name="needs">
    /// SMTPUTF8 stays unused unless it is needed: with it MailKit would spell an IDN in U-labels, and the mail could go no
    /// further than the next server without it.
    /// </param>
    public async Task<Dialled> DialAsync(NextHop hop, ConnectionNeeds needs, CancellationToken cancellation)
    {
        // RFC 3030 §3: we have nothing binary, and CHUNKING goes by its own name.
        var unwanted = SmtpCapabilities.BinaryMime | (needs.SmtpUtf8 ? SmtpCapabilities.None : SmtpCapabilities.UTF8)
            | (withoutChunking.ContainsKey(hop.Host) ? SmtpCapabilities.Chunking : SmtpCapabilities.None);
        var tls = hop.Tls switch
        {
            TlsPolicy.Implicit => SecureSocketOptions.SslOnConnect,
            { IsEnforced: true } => SecureSocketOptions.StartTls,
            _ => SecureSocketOptions.StartTlsWhenAvailable,
        };
        var dialled = await DialAsync(hop, tls, unwanted, cancellation);
        if (dialled.Tls is { } seen)
            observer.TlsSeen(needs.Domain, hop.Host, hop.Tls.Kind, seen);
        if (dialled.Connection is { } connection)
        {
            if (dialled.Fault is { } fault && hop.Tls.Kind == TlsPolicyKind.Sts)
                LogTesting(needs.MailId, hop.Host, fault.Words);
            return needs.RequireTls ? Demand(connection) : dialled;
        }

        if (!dialled.TlsFailed || hop.Tls.IsEnforced)
            return dialled;
        // RFC 7435 §3: encryption that fails is no reason to say nothing at all, as long as no policy demands it.
        LogPlain(needs.MailId, hop.Host, dialled.Failure!);
        return await DialAsync(hop, SecureSocketOptions.None, unwanted, cancellation);
    }

    // RFC 8689 §4.2.1: what we promised is passed on only to who promises it too.
    private static Dialled Demand(SmtpConnection connection)
    {
        if (connection.Capabilities.HasFlag(SmtpCapabilities.RequireTLS))
        {
            connection.RequireTLS = true;
            return new Dialled { Connection = connection };
        }

        _ = connection.CloseAsync();
        return new Dialled { Failure = new DeliveryFailure(new SmtpReply(550, "5.7.30", $"The mail demands REQUIRETLS, which {connection.Hop.Host} does not offer")) };
    }

    private async Task<Dialled> DialAsync(NextHop hop, SecureSocketOptions tls, SmtpCapabilities unwanted, CancellationToken cancellation)
    {
        Socket socket;
        try
        {
            socket = await ConnectAsync(hop.EndPoint, cancellation);
        }
        catch (Exception unreachable) when (Trouble.IsExpected(unreachable))
        {
            cancellation.ThrowIfCancellationRequested();
            return new Dialled { Failure = Trouble.Describe(unreachable, hop, "connecting to") };
        }

        var judge = new CertificateJudge(hop, options.TrustedCertificates, time);
        var connection = new SmtpConnection(socket, hop, options.Hostname, timeouts, time)
        {
            ServerCertificateValidationCallback = (_, certificate, chain, errors) => judge.Accepts(certificate, chain, errors),
        };
        using var abort = cancellation.UnsafeRegister(static connection => ((SmtpConnection)connection!).Abort(), connection);
        try
        {
            await connection.OpenAsync(tls, unwanted);
            if (options.Relay is { Password: { } password, User: var user } && hop.IsRelay)
                await connection.AuthenticateAsync(user ?? "", password, connection.Token);
            return new Dialled
            {
                Connection = connection,
                Fault = judge.Fault,
                Tls = connection.IsSecure ? judge.Fault?.Result ?? TlsResult.Success : TlsResult.StartTlsNotSupported,
            };
        }
        catch (Exception trouble) when (trouble is SmtpCommandException || Trouble.IsExpected(trouble))
        {
            // MailKit keeps what the first EHLO said: with STARTTLS among it the greeting is behind us.
            var tlsFailed = !connection.IsSecure && connection.Capabilities.HasFlag(SmtpCapabilities.StartTLS);
            connection.Dispose();
            cancellation.ThrowIfCancellationRequested();
            return new Dialled
            {
                Failure = trouble is SmtpCommandException refused
                    ? new DeliveryFailure(RemoteReply.Read((int)refused.StatusCode, refused.Message).AsTransient(), hop.Host)
                    : Trouble.Describe(trouble, hop, "greeting", judge.Fault),
                TlsFailed = tlsFailed && tls == SecureSocketOptions.StartTlsWhenAvailable,
                Tls = judge.Fault?.Result ?? (trouble is NotSupportedException ? TlsResult.StartTlsNotSupported : tlsFailed ? TlsResult.ValidationFailure : null),
            };
        }
    }

    private async Task<Socket> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellation)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var limit = new CancellationTokenSource(timeouts.Connect, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await socket.ConnectAsync(endPoint, either.Token);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    [LoggerMessage(LogLevel.Information, "Mail {MailId}: TLS with {Host} failed, going on without: {Failure}")]
    private partial void LogPlain(string mailId, string host, DeliveryFailure failure);

    [LoggerMessage(LogLevel.Information, "Mail {MailId}: an MTA-STS policy in testing mode would keep mail from {Host}: {Why}")]
    private partial void LogTesting(string mailId, string host, string why);
}

/// <summary>What one attempt asks of a connection.</summary>
internal sealed record ConnectionNeeds(string MailId, string Domain, bool SmtpUtf8, bool RequireTls);

/// <summary>An open connection, or why there is none.</summary>
internal sealed record Dialled
{
    public SmtpConnection? Connection { get; init; }

    public DeliveryFailure? Failure { get; init; }

    /// <summary>The peer offers TLS that does not work, and nobody insists on it.</summary>
    public bool TlsFailed { get; init; }

    /// <summary>Null when it did not come to that.</summary>
    public TlsResult? Tls { get; init; }

    /// <summary>What was wrong, and let pass.</summary>
    public TlsFault? Fault { get; init; }
}
