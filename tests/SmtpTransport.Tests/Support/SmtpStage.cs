using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Tests.Support;

/// <summary>An SMTP engine without sockets and without a clock of its own: what a client writes is answered before the write returns.</summary>
internal sealed class SmtpStage : IDisposable
{
    public static readonly IPAddress Client = IPAddress.Parse("192.0.2.1");

    private readonly CancellationTokenSource draining = new();
    private readonly SmtpServer server;

    public SmtpStage(FakeMailReceiver? receiver = null, Func<SmtpOptions, SmtpOptions>? options = null)
    {
        Receiver = receiver ?? new FakeMailReceiver();
        var standard = new SmtpOptions { Hostname = "mail.example", MaxMessageSize = 1_000_000 };
        server = new SmtpServer(options?.Invoke(standard) ?? standard, Receiver, Time, NullLogger<SmtpServer>.Instance);
    }

    public FakeMailReceiver Receiver { get; }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.Parse("2026-11-22T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture));

    /// <param name="early">Octets that are there before the session begins.</param>
    public SmtpTestClient Connect(IPAddress? from = null, string early = "") =>
        new(transport => server.RunAsync(transport, from ?? Client, draining.Token), early);

    public void Drain() => draining.Cancel();

    public void Dispose() => draining.Dispose();
}

/// <summary>The client's end of a session.</summary>
internal sealed class SmtpTestClient
{
    private static readonly PipeOptions Inline = new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false);

    private readonly Pipe toServer = new(Inline);
    private readonly Pipe toClient = new(Inline);

    public SmtpTestClient(Func<IDuplexPipe, Task> session, string early)
    {
        if (early.Length > 0)
            Send(early);
        Session = RunAsync(session);
    }

    /// <summary>Ends with the session.</summary>
    public Task Session { get; }

    /// <summary>For TLS.</summary>
    public IDuplexPipe Transport => new Duplex(toClient.Reader, toServer.Writer);

    public void Send(string latin1) => Send(Encoding.Latin1.GetBytes(latin1));

    public void Send(ReadOnlySpan<byte> octets)
    {
        toServer.Writer.Write(octets);
        Flush();
    }

    /// <summary>Each octet in a packet of its own.</summary>
    public void Trickle(string latin1)
    {
        foreach (var c in latin1)
            Send([(byte)c]);
    }

    public void Close() => toServer.Writer.Complete();

    /// <summary>One reply line without CRLF; null at the end of the connection.</summary>
    public async Task<string?> ReadLineAsync()
    {
        while (true)
        {
            var result = await toClient.Reader.ReadAsync();
            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.UTF8.GetString(result.Buffer.Slice(0, end));
                toClient.Reader.AdvanceTo(result.Buffer.GetPosition(1, end));
                return line.EndsWith('\r') ? line[..^1] : line + "<no CR>";
            }
            toClient.Reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
                return null;
        }
    }

    /// <summary>What the server has said and nobody has read, without waiting.</summary>
    public string ReadAvailable()
    {
        if (!toClient.Reader.TryRead(out var result))
            return "";
        var text = Encoding.UTF8.GetString(result.Buffer);
        toClient.Reader.AdvanceTo(result.Buffer.End);
        return text;
    }

    private void Flush()
    {
        // Never waits: the pipe has no threshold.
        var flush = toServer.Writer.FlushAsync();
        Assert.That(flush.IsCompletedSuccessfully, Is.True);
    }

    private async Task RunAsync(Func<IDuplexPipe, Task> session)
    {
        await session(new Duplex(toServer.Reader, toClient.Writer));
        await toServer.Reader.CompleteAsync();
        await toClient.Writer.CompleteAsync();
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
