using System.Globalization;
using Microsoft.Extensions.Logging;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail.Fetching;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Files;

/// <summary>Fetches the files of a draft, one after the other: bounded in number, octets and time, all together.</summary>
public sealed partial class DraftFiles(FetchOptions options, FileFetcher fetcher, UploadOrigins origins, TimeProvider time, ILogger<DraftFiles> logger)
{
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(3);

    /// <summary>Octets: base64 adds a third.</summary>
    public long LargestMail => options.MaxFetchSize / 2 * 3;

    /// <param name="lines">At least one.</param>
    public async Task<GatheredFiles> FetchAsync(string mailId, IReadOnlyList<DraftLine> lines, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(AtMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        var ours = await origins.FindAsync(cancellation);
        var (attached, missing, room) = (new List<AttachedFile>(), new List<MissingFile>(), options.MaxFetchSize);
        try
        {
            foreach (var file in lines.SelectMany(line => line.Files).DistinctBy(file => file.Url))
            {
                var outcome = await FetchAsync(file, room, ours, either.Token, cancellation);
                var name = FileNames.Of(file, (outcome as FetchOutcome.Fetched)?.File);
                if (outcome is FetchOutcome.Fetched(var fetched))
                {
                    attached.Add(new AttachedFile(file.Url, name, FileNames.TypeOf(file, fetched, name), fetched.Content));
                    room -= fetched.Content.Length;
                }
                else
                {
                    missing.Add(Missing(file.Url, name, outcome, attached.Count > 0));
                    LogNotFetched(mailId, lines[0].Sender.Bare, new Uri(file.Url).Host, missing[^1].Why);
                }
            }
        }
        catch
        {
            await new GatheredFiles(attached, missing).DisposeAsync();
            throw;
        }

        return new GatheredFiles(attached, missing);
    }

    /// <summary>When all of the time is gone, nothing more is tried.</summary>
    private async Task<FetchOutcome> FetchAsync(
        SharedFile file, long room, IReadOnlySet<WebOrigin> ours, CancellationToken whileTime, CancellationToken cancellation)
    {
        if (file.Size > room)
            return new FetchOutcome.TooLarge();
        FetchOutcome outcome;
        try
        {
            outcome = await fetcher.FetchAsync(new Uri(file.Url), room, ours, whileTime);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new FetchOutcome.Failed("fetching it takes too long", MayPass: true);
        }

        if (outcome is not FetchOutcome.Fetched(var fetched) || IsAsDescribed(fetched, file))
            return outcome;
        await fetched.DisposeAsync();
        return new FetchOutcome.Failed("what lies there is not the file that your client described", MayPass: false);
    }

    private static bool IsAsDescribed(FetchedFile fetched, SharedFile file) => file switch
    {
        { Sha256: { } hash } => fetched.Sha256.Span.SequenceEqual(Convert.FromBase64String(hash)),
        { Size: { } size } => fetched.Content.Length == size,
        _ => true,
    };

    private MissingFile Missing(string url, string name, FetchOutcome outcome, bool besideOthers) => outcome is FetchOutcome.Failed failed
        ? new MissingFile(url, name, failed.Why, failed.MayPass)
        : new MissingFile(
            url,
            name,
            string.Create(CultureInfo.InvariantCulture, $"{(besideOthers ? "together with the others " : "")}it is larger than the {options.MaxFetchSize / (1024.0 * 1024.0):0.#} MB that a mail may carry"),
            MayPass: false);

    [LoggerMessage(LogLevel.Information, "Mail {MailId}: a file that {User} shares at {Host} is not attached: {Why}")]
    private partial void LogNotFetched(string mailId, Jid user, string host, string why);
}
