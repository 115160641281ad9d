using System.Globalization;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Fetching;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.Files;

/// <summary>Puts files into the server's upload service (XEP-0363 §5).</summary>
public sealed partial class FileUpload
{
    private const int MaxWords = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>After a failure nobody else waits for the same one.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly UploadService service;
    private readonly IStanzaSender link;
    private readonly FilePut http;
    private readonly TimeProvider time;
    private readonly ILogger<FileUpload> logger;
    private readonly ResiliencePipeline<Placement> seconds;
    private long pausedUntil;

    public FileUpload(UploadService service, IStanzaSender link, FilePut http, TimeProvider time, ILogger<FileUpload> logger)
    {
        (this.service, this.link, this.http, this.time, this.logger) = (service, link, http, time, logger);
        seconds = new ResiliencePipelineBuilder<Placement> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<Placement>
            {
                ShouldHandle = static attempt => ValueTask.FromResult(attempt.Outcome.Result is Placement.NotNow { MayPass: true }),
                MaxRetryAttempts = 2,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromSeconds(1),
            })
            .Build();
    }

    public async Task<Placement> PlaceAsync(OutgoingFile file, CancellationToken cancellation)
    {
        if (time.Steady().Ticks < Volatile.Read(ref pausedUntil))
            return new Placement.NotNow("the upload service has just failed") { IsGeneral = true };
        var placement = await seconds.ExecuteAsync(async token => await TryAsync(file, token), cancellation);
        if (placement is Placement.NotNow { IsGeneral: true } trouble)
        {
            Volatile.Write(ref pausedUntil, (time.Steady() + Pause).Ticks);
            service.Forget();
            LogTrouble(trouble.Why);
        }

        return placement;
    }

    private async Task<Placement> TryAsync(OutgoingFile file, CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        try
        {
            if (await service.FindAsync(either.Token) is not { } target)
                return new Placement.Refused("the server takes no files from the mail gateway");
            if (file.Size > target.MaxFileSize)
                return TooLarge(target.MaxFileSize);

            // Asked for by the contact: servers count what each JID uploads in a day.
            var request = new UploadRequest(file.Name, file.Size, file.MediaType);
            var answer = await link.QueryAsync(Stanza.Iq(file.Contact, target.Service, $"slot-{Guid.NewGuid():N}", "get", request), either.Token);
            return answer.Payload<UploadSlot>() is { } slot && !answer.IsError
                ? await PutAsync(file, slot, cancellation)
                : Judge(answer, target);
        }
        catch (Exception e) when (e is LinkDownException or TimeoutException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return e is LinkDownException
                ? new Placement.NotNow("the link to the XMPP server is down") { IsGeneral = true, MayPass = true }
                : new Placement.NotNow("the upload service does not answer") { IsGeneral = true };
        }
    }

    private async Task<Placement> PutAsync(OutgoingFile file, UploadSlot slot, CancellationToken cancellation) =>
        await http.PutAsync(slot.Put, new FilePutContent(file.MediaType, file.Size, file.WriteToAsync, slot.Headers), cancellation) switch
        {
            PutOutcome.Taken => new Placement.Placed(slot.Get.AbsoluteUri),
            PutOutcome.TooLarge => TooLarge(null),
            PutOutcome.Failed failed => new Placement.NotNow(failed.Why) { IsGeneral = true, MayPass = !failed.IsSlow },
            var other => throw new InvalidOperationException(other.ToString()),
        };

    // XEP-0363 §6
    private Placement Judge(Stanza answer, UploadTarget target)
    {
        var error = answer.Payload<StanzaError>();
        var words = PlainText.OneLine(error?.Text ?? error?.Condition ?? "no slot", MaxWords);
        switch (error?.Condition)
        {
            case "not-acceptable" when FileTooLarge.In(answer) is { } told:
                return TooLarge(told.MaxFileSize ?? target.MaxFileSize);
            case "not-acceptable" when target.MaxFileSize is null:
                return TooLarge(null);
            case "not-acceptable":
                // Of that size it takes others: then it is the name, or the type.
                return new Placement.Refused($"the server does not take this file: {words}");
            case "forbidden" or "not-allowed" or "not-authorized" or "registration-required":
                service.Closed(target, words);
                return new Placement.Refused("the server takes no files from the mail gateway");
            case "bad-request" or "jid-malformed":
                return new Placement.Refused("the server does not take this file");
            case "service-unavailable" or "item-not-found" or "remote-server-not-found":
                return new Placement.NotNow($"the upload service is not there: {words}") { IsGeneral = true, MayPass = true };
            default:
                // A quota, most likely: that of one contact, and over tomorrow.
                return new Placement.NotNow($"the upload service says: {words}");
        }
    }

    private static Placement.Refused TooLarge(long? limit) => new(limit is { } octets
        ? string.Create(CultureInfo.InvariantCulture, $"the server takes no files larger than {octets / (1024.0 * 1024.0):0.#} MB")
        : "it is too large for the server");

    [LoggerMessage(LogLevel.Warning, "Files cannot be uploaded now: {Why}")]
    private partial void LogTrouble(string why);
}
