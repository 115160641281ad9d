using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;

namespace SmtpTransport.Mail.Smtp;

/// <summary>
/// The two pipes of a session, plain or inside TLS, and the clock that bounds every wait on them. Replies gather until the
/// session must wait for the client, so that pipelined commands are answered in one packet (RFC 2920 §3.2).
/// </summary>
internal sealed class SmtpConnection(IDuplexPipe transport, TimeSpan patience, TimeProvider time) : IAsyncDisposable
{
    private const int TlsBuffer = 16 * 1024;
    private const int GatherAtMost = 16 * 1024;

    private readonly Alarm alarm = new(time);
    private PipeReader input = transport.Input;
    private PipeWriter output = transport.Output;
    private SslStream? tls;
    private long gathered;

    public TimeProvider Time => time;

    public bool IsEncrypted => tls is not null;

    public void Write(SmtpReply reply, Encodings encoding = Encodings.Ascii) => gathered += ReplyWriter.Write(output, reply, encoding);

    /// <summary>What is there already. Must be followed by <see cref="AdvanceTo(SequencePosition)"/> when true.</summary>
    public bool TryRead(out ReadResult result) => input.TryRead(out result);

    /// <summary>
    /// More than was examined last time, or nothing new at <paramref name="deadline"/>, after <see cref="Wake"/>, or at the end
    /// of the connection. Must be followed by an advance.
    /// </summary>
    public ValueTask<ReadResult> ReadAsync(Deadline deadline) =>
        gathered < GatherAtMost && input.TryRead(out var ready) ? ValueTask.FromResult(ready) : WaitAsync(deadline);

    public void AdvanceTo(SequencePosition consumed) => input.AdvanceTo(consumed);

    public void AdvanceTo(SequencePosition consumed, SequencePosition examined) => input.AdvanceTo(consumed, examined);

    /// <summary>Ends a <see cref="ReadAsync"/> that waits, or the next one, from any thread.</summary>
    public void Wake() => input.CancelPendingRead();

    /// <summary>Throws <see cref="IOException"/> when the client takes no replies.</summary>
    public async ValueTask FlushAsync()
    {
        if (gathered == 0)
            return;
        gathered = 0;
        var flushing = output.FlushAsync();
        if (!flushing.IsCompleted)
            alarm.Set(Deadline.After(patience, time), output.CancelPendingFlush);
        var result = await flushing;
        alarm.Clear();
        if (result.IsCanceled)
            throw new IOException("The client does not read its replies.");
    }

    /// <summary>
    /// Answers STARTTLS and shakes hands; false when that fails, and the connection is of no use any more. What the client sent
    /// in the clear after the command is dropped: it is not authentic (RFC 3207 §4.2).
    /// </summary>
    public async Task<bool> StartTlsAsync(SslStreamCertificateContext certificate)
    {
        if (input.TryRead(out var injected))
            input.AdvanceTo(injected.Buffer.End);
        Write(Replies.StartTls);
        await FlushAsync();
        var secured = new SslStream(new DuplexStream(input, output));
        tls = secured;
        using var timeout = new CancellationTokenSource(SmtpLimits.TlsHandshake, time);
        try
        {
            await secured.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificate,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                AllowRenegotiation = false,
            }, timeout.Token);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException)
        {
            return false;
        }
        input = PipeReader.Create(secured, new StreamPipeReaderOptions(bufferSize: TlsBuffer, minimumReadSize: TlsBuffer / 4, leaveOpen: true));
        output = PipeWriter.Create(secured, new StreamPipeWriterOptions(minimumBufferSize: TlsBuffer, leaveOpen: true));
        return true;
    }

    /// <summary>The transport's pipes stay open: they are their owner's.</summary>
    public async ValueTask DisposeAsync()
    {
        alarm.Dispose();
        if (tls is null)
            return;
        try
        {
            // Says close_notify, so that the client can tell an end from a cut.
            if (tls.IsAuthenticated)
                await tls.ShutdownAsync().WaitAsync(SmtpLimits.TlsGoodbye, time);
        }
        catch (Exception e) when (e is IOException or TimeoutException or InvalidOperationException)
        {
            // It is gone already.
        }
        await tls.DisposeAsync();
    }

    private async ValueTask<ReadResult> WaitAsync(Deadline deadline)
    {
        await FlushAsync();
        alarm.Set(deadline, Wake);
        try
        {
            return await input.ReadAsync();
        }
        finally
        {
            alarm.Clear();
        }
    }
}
