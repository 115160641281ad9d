using Microsoft.Extensions.Logging;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Links;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Fetching;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.Files;

/// <summary>
/// Where files may be fetched from although the address is a private one: our own pages, and the upload service of our server,
/// whose address only a slot tells (XEP-0363 §5).
/// </summary>
public sealed partial class UploadOrigins(
    PublicLinkOptions own, UploadService service, IStanzaSender link, AddressOptions addresses, TimeProvider time, ILogger<UploadOrigins> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan GoodFor = TimeSpan.FromHours(1);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    private volatile Finding? found;

    /// <summary>Fails only when cancelled: without an answer, private addresses stay out of reach.</summary>
    public async Task<IReadOnlySet<WebOrigin>> FindAsync(CancellationToken cancellation)
    {
        if (found is not { } known || known.Until <= time.Steady())
        {
            var upload = await LookAsync(cancellation);
            found = known = new Finding(upload, time.Steady() + (upload is null ? LookAgain : GoodFor));
        }

        return new[] { known.Upload, own.PublicUrl }.OfType<Uri>().Select(WebOrigin.Of).ToHashSet();
    }

    private async Task<Uri?> LookAsync(CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        try
        {
            if (await service.FindAsync(either.Token) is not { } target)
                return null;

            // Nothing is ever put there.
            var request = new UploadRequest("origin.txt", 1, "text/plain");
            var answer = await link.QueryAsync(Stanza.Iq(addresses.Component, target.Service, $"origin-{Guid.NewGuid():N}", "get", request), either.Token);
            if (!answer.IsError && answer.Payload<UploadSlot>() is { Get: var address })
                return address;
            LogNoSlot(target.Service, answer.Payload<StanzaError>()?.Condition ?? "no slot");
        }
        catch (Exception e) when (e is LinkDownException or TimeoutException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
        }

        return null;
    }

    [LoggerMessage(LogLevel.Information, "The upload service {Service} does not tell where its files are: {Why}. If that is a private address, they cannot be attached to mails")]
    private partial void LogNoSlot(Jid service, string why);

    private sealed record Finding(Uri? Upload, TimeSpan Until);
}
