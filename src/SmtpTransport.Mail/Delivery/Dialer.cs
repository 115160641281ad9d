using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Logging;

namespace SmtpTransport.Mail.Delivery;

/// <summary>Opens connections: TCP, greeting, EHLO, TLS as demanded, AUTH at the relay.</summary>
internal sealed partial class Dialer(DeliveryOptions options, SmtpTimeouts timeouts, TimeProvider time, ILogger logger)
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

    /// <param name="needsUtf8">
    /// Else SMTPUTF8 stays unused: with it MailKit would spell an IDN in U-labels, and the mail could go no further than
    /// the next server without it.
    /// </param>
    public async Task<Dialled> DialAsync(NextHop hop, bool needsUtf8, CancellationToken cancellation)
    {
        // RFC 3030 §3: we have nothing binary, and CHUNKING goes by its own name.
        var unwanted = SmtpCapabilities.BinaryMime | (needsUtf8 ? SmtpCapabilities.None : SmtpCapabilities.UTF8)
            | (withoutChunking.ContainsKey(hop.Host) ? SmtpCapabilities.Chunking : SmtpCapabilities.None);
        var tls = hop.Tls switch
        {
            TlsDemand.Implicit => SecureSocketOptions.SslOnConnect,
            TlsDemand.Verified => SecureSocketOptions.StartTls,
            _ => SecureSocketOptions.StartTlsWhenAvailable,
        };
        var dialled = await DialAsync(hop, tls, unwanted, cancellation);
        if (dialled is not { Connection: null, TlsFailed: true } || hop.Tls != TlsDemand.Opportunistic)
            return dialled;
        // RFC 7435 §3: encryption that fails is no reason to say nothing at all, as long as no policy demands it.
        LogPlain(hop.Host, dialled.Failure!);
        return await DialAsync(hop, SecureSocketOptions.None, unwanted, cancellation);
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
            return new Dialled(Trouble.Describe(unreachable, hop, "connecting to"));
        }

        var connection = new SmtpConnection(socket, hop, options.Hostname, timeouts, time)
        {
            ServerCertificateValidationCallback = (_, certificate, chain, errors) =>
                hop.Tls == TlsDemand.Opportunistic || IsTrusted(certificate, chain, errors),
        };
        using var abort = cancellation.UnsafeRegister(static connection => ((SmtpConnection)connection!).Abort(), connection);
        try
        {
            await connection.OpenAsync(tls, unwanted);
            if (options.Relay is { Password: { } password, User: var user } && hop.Tls != TlsDemand.Opportunistic)
                await connection.AuthenticateAsync(user ?? "", password, connection.Token);
            return new Dialled(connection);
        }
        catch (Exception trouble) when (trouble is SmtpCommandException || Trouble.IsExpected(trouble))
        {
            // MailKit keeps what the first EHLO said: with STARTTLS among it the greeting is behind us.
            var tlsFailed = tls == SecureSocketOptions.StartTlsWhenAvailable && connection.Capabilities.HasFlag(SmtpCapabilities.StartTLS);
            connection.Dispose();
            cancellation.ThrowIfCancellationRequested();
            var failure = trouble is SmtpCommandException refused
                ? new DeliveryFailure(RemoteReply.Read((int)refused.StatusCode, refused.Message).AsTransient(), hop.Host)
                : Trouble.Describe(trouble, hop, "greeting");
            return new Dialled(failure, tlsFailed);
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

    private bool IsTrusted(X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 leaf || options.TrustedCertificates.Count == 0)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(options.TrustedCertificates);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (presented is not null)
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);
        return chain.Build(leaf);
    }

    [LoggerMessage(LogLevel.Information, "TLS with {Host} failed, going on without: {Failure}")]
    private partial void LogPlain(string host, DeliveryFailure failure);
}

/// <summary>An open connection, or why there is none.</summary>
internal sealed record Dialled(SmtpConnection? Connection, DeliveryFailure? Failure, bool TlsFailed)
{
    public Dialled(SmtpConnection connection)
        : this(connection, null, TlsFailed: false)
    {
    }

    public Dialled(DeliveryFailure failure, bool tlsFailed = false)
        : this(null, failure, tlsFailed)
    {
    }
}
