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
    /// <param name="replyRoom">How many octets of replies the client lets wait; 0: any number.</param>
    public SmtpTestClient Connect(IPAddress? from = null, string early = "", int replyRoom = 0) =>
        new(transport => server.RunAsync(transport, from ?? Client, draining.Token), early, replyRoom);

    public void Drain() => draining.Cancel();

    public void Dispose() => draining.Dispose();
}

/// <summary>The client's end of a session.</summary>
internal sealed class SmtpTestClient
{
    private const int End = 1500;

    private readonly Pipe toServer = Inline(0);
    private readonly Pipe toClient;

    public SmtpTestClient(Func<IDuplexPipe, Task> session, string early, int replyRoom)
    {
        toClient = Inline(replyRoom);
        if (early.Length > 0)
            Send(early);
        Session = RunAsync(session);
    }

    /// <summary>Ends with the session.</summary>
    public Task Session { get; }

    /// <summary>How often the server has sent something.</summary>
    public int Flushes { get; private set; }

    /// <summary>For TLS.</summary>
    public IDuplexPipe Transport => new Duplex(toClient.Reader, toServer.Writer);

    public void Send(string latin1) => Send(Encoding.Latin1.GetBytes(latin1));

    public void Send(ReadOnlySpan<byte> octets)
    {
        toServer.Writer.Write(octets);
        Flush();
    }

    /// <summary>Each octet in a packet of its own; of a long text only those near its ends.</summary>
    public void Trickle(string latin1)
    {
        var middle = latin1.Length > 2 * End ? End..^End : ..0;
        foreach (var c in latin1[..middle.Start.GetOffset(latin1.Length)])
            Send([(byte)c]);
        Send(latin1[middle]);
        foreach (var c in latin1[middle.End.GetOffset(latin1.Length)..])
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

    private static Pipe Inline(int room) => new(new PipeOptions(
        readerScheduler: PipeScheduler.Inline,
        writerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: room,
        resumeWriterThreshold: room / 2,
        useSynchronizationContext: false));

    private void Flush()
    {
        // Never waits: the pipe has no threshold.
        var flush = toServer.Writer.FlushAsync();
        Assert.That(flush.IsCompletedSuccessfully, Is.True);
    }

    private async Task RunAsync(Func<IDuplexPipe, Task> session)
    {
        await session(new Duplex(toServer.Reader, new CountingWriter(toClient.Writer, () => Flushes++)));
        await toServer.Reader.CompleteAsync();
        await toClient.Writer.CompleteAsync();
    }

    private sealed class CountingWriter(PipeWriter writer, Action flushed) : PipeWriter
    {
        public override void Advance(int bytes) => writer.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => writer.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => writer.GetSpan(sizeHint);

        public override void CancelPendingFlush() => writer.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => writer.Complete(exception);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            flushed();
            return writer.FlushAsync(cancellationToken);
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
