using Microsoft.Extensions.Logging;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.Files;

/// <summary>Finds the upload service of our server, and remembers what it found for a while (XEP-0363 §4).</summary>
public sealed partial class UploadService(IStanzaSender link, AddressOptions addresses, TimeProvider time, ILogger<UploadService> logger) : ILinkObserver, IDisposable
{
    private const int MaxCandidates = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A service that comes, goes or has another limit now is noticed within that time.</summary>
    private static readonly TimeSpan GoodFor = TimeSpan.FromHours(1);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim looking = new(1);
    private volatile Finding? found;

    /// <summary>False when it is known that there is none for us. Answers at once, and looks again when that is long ago.</summary>
    public bool MayWork
    {
        get
        {
            if (found is not { } known)
                return true;
            if (known.Until <= time.Steady())
                LookInTheBackground();
            return known.Target is not null;
        }
    }

    /// <summary>It has been found, and was there when somebody last looked.</summary>
    public bool IsFound => found is { Target: not null };

    /// <returns>Null when there is none, or none for us.</returns>
    /// <exception cref="LinkDownException">The link is down.</exception>
    /// <exception cref="TimeoutException">Nothing is known: somebody does not answer.</exception>
    public async Task<UploadTarget?> FindAsync(CancellationToken cancellation)
    {
        await looking.WaitAsync(cancellation);
        try
        {
            if (found is { } known && known.Until > time.Steady())
                return known.Target;
            var target = await LookAsync(cancellation);
            found = new Finding(target, time.Steady() + (target is null ? LookAgain : GoodFor));
            if (target is null)
                LogNone();
            else
                LogFound(target.Service, target.MaxFileSize);
            return target;
        }
        finally
        {
            looking.Release();
        }
    }

    /// <summary>It is there, and takes nothing from us.</summary>
    public void Closed(UploadTarget target, string why)
    {
        found = new Finding(null, time.Steady() + GoodFor);
        LogClosed(target.Service, why);
    }

    /// <summary>It may have moved.</summary>
    public void Forget() => found = null;

    public void LinkUp()
    {
        Forget();
        LookInTheBackground();
    }

    public void LinkDown()
    {
    }

    public void Dispose() => looking.Dispose();

    private void LookInTheBackground() => _ = FindAsync(CancellationToken.None).ContinueWith(
        done => _ = done.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    private async Task<UploadTarget?> LookAsync(CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        var below = await Task.WhenAll(Domains().Select(domain => ItemsAsync(domain, either.Token)));
        var candidates = below.SelectMany(items => items ?? []).Where(jid => jid != addresses.Component).Distinct().Take(MaxCandidates).ToList();
        var answers = await Task.WhenAll(candidates.Select(jid => AskAsync<DiscoInfo>(jid, new DiscoInfo(), either.Token)));
        cancellation.ThrowIfCancellationRequested();
        var targets = candidates.Zip(answers, (jid, info) => TargetOf(jid, info.Payload)).OfType<UploadTarget>();
        return targets.FirstOrDefault() ?? (below.Contains(null) || answers.Any(info => info.IsSilent) ? throw new TimeoutException("The server does not say what services it has.") : null);
    }

    /// <summary>Ours, next to the component: of the others some may be another server's, which is nobody to be asked.</summary>
    private IEnumerable<Jid> Domains()
    {
        var component = addresses.Component.Domain;
        var parent = component[(component.IndexOf('.', StringComparison.Ordinal) + 1)..];
        return (addresses.LocalDomains.Contains(parent) ? [parent] : addresses.LocalDomains).Select(domain => new Jid("", domain, ""));
    }

    /// <returns>The domain itself and what lies beneath it; null when it does not answer.</returns>
    private async Task<IEnumerable<Jid>?> ItemsAsync(Jid domain, CancellationToken cancellation)
    {
        var (items, isSilent) = await AskAsync<DiscoItems>(domain, new DiscoItems(), cancellation);
        return isSilent ? null : [.. items?.Items.Where(item => item.Node is null).Select(item => item.Jid) ?? [], domain];
    }

    private async Task<(T? Payload, bool IsSilent)> AskAsync<T>(Jid whom, T question, CancellationToken cancellation)
        where T : class, IPayload<T>
    {
        try
        {
            var answer = await link.QueryAsync(Stanza.Iq(addresses.Component, whom, $"disco-{Guid.NewGuid():N}", "get", question), cancellation);
            return (answer.IsError ? null : answer.Payload<T>(), false);
        }
        catch (OperationCanceledException)
        {
            return (null, true);
        }
    }

    private static UploadTarget? TargetOf(Jid jid, DiscoInfo? info)
    {
        var feature = UploadRequest.Namespace.NamespaceName;
        if (info is null || !info.Features.Contains(feature))
            return null;
        var form = info.Forms.FirstOrDefault(form => form.FormType == feature);
        return new UploadTarget(jid, long.TryParse(form?["max-file-size"], out var size) && size > 0 ? size : null);
    }

    [LoggerMessage(LogLevel.Information, "Files of mails go to the upload service {Service}, up to {MaxFileSize} octets each")]
    private partial void LogFound(Jid service, long? maxFileSize);

    [LoggerMessage(LogLevel.Information, "The XMPP server has no upload service (XEP-0363)")]
    private partial void LogNone();

    [LoggerMessage(LogLevel.Warning, "The upload service {Service} takes no files from the gateway: {Why}. docs/operations.md says how to allow it")]
    private partial void LogClosed(Jid service, string why);

    private sealed record Finding(UploadTarget? Target, TimeSpan Until);
}

/// <param name="MaxFileSize">Octets; null when it does not say.</param>
public sealed record UploadTarget(Jid Service, long? MaxFileSize);
