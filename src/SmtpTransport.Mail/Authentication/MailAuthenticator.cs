using Microsoft.Extensions.Logging;
using MimeKit;
using SmtpTransport.Mail.Authentication.Arc;
using SmtpTransport.Mail.Authentication.Dkim;
using SmtpTransport.Mail.Authentication.Dmarc;
using SmtpTransport.Mail.Authentication.Spf;
using SmtpTransport.Mail.Dns;
using SmtpTransport.Mail.Reputation;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Mail.Authentication;

/// <summary>
/// Asks all that can be asked about who sent a mail, side by side and under one deadline. What cannot be answered in time
/// is a temporary error, never a fail.
/// </summary>
/// <param name="trustedSealers">Without any, nobody asks what seals say: they are fifty keys and more, of anybody's choice.</param>
public sealed partial class MailAuthenticator(
    IReadOnlyCollection<string> trustedSealers, IDnsResolver dns, ClientNames names, TimeProvider time, ILogger<MailAuthenticator> logger)
{
    /// <summary>For all checks of one mail: its client is waiting.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly SpfEvaluator spf = new(dns, time);
    private readonly DkimEvaluator dkim = new(dns, time);
    private readonly ArcEvaluator arc = new(dns);
    private readonly DmarcEvaluator dmarc = new(dns);

    /// <param name="receiver">Our own name.</param>
    /// <param name="isRelayed">The client is one of ours that passes on what others sent: its address proves nothing.</param>
    /// <param name="headers">Of this mail, as received.</param>
    public async Task<AuthenticationVerdict> CheckAsync(
        SmtpClient client, EmailAddress? sender, HeaderList headers, MessageContent content, string receiver, bool isRelayed, CancellationToken cancellation)
    {
        var authors = AuthorDomains.Of(headers);
        using var deadline = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        var stop = either.Token;

        var clientName = names.ConfirmedAsync(client.Address);
        var spfVerdict = AskAsync(
            () => spf.EvaluateAsync(client.Address, client.Helo, sender, receiver, stop),
            new SpfVerdict(SpfResult.TempError, sender is { } path ? MailDomain.ToAscii(path.Domain) : client.Helo.TrimEnd('.').ToLowerInvariant(), "no answer in time"));
        // Most of what is unwanted is unsigned: its octets need not be read once more to find that out.
        var dkimVerdicts = headers.Contains(HeaderId.DkimSignature)
            ? AskAsync(() => ReadAsync(octets => dkim.EvaluateAsync(octets, stop)), [new DkimVerdict(DkimResult.TempError, "", "", "no answer in time")])
            : Task.FromResult(AuthenticationVerdict.Unknown.Dkim);
        var arcVerdict = trustedSealers.Count > 0 && ArcEvaluator.Concerns(headers)
            ? AskAsync(() => ReadAsync(octets => arc.EvaluateAsync(octets, stop)), new ArcVerdict(ArcResult.TempError, []))
            : Task.FromResult(AuthenticationVerdict.Unknown.Arc);
        var dmarcVerdict = AskAsync(
            () => dmarc.EvaluateAsync(authors, ClaimsAsync(), stop),
            new DmarcVerdict(DmarcResult.TempError, authors.Count > 0 ? authors[0] : "", DmarcPolicy.None));
        // All of them, come what may: they read the content, which its owner disposes of when we are done.
        await Task.WhenAll(spfVerdict, dkimVerdicts, arcVerdict, dmarcVerdict);
        cancellation.ThrowIfCancellationRequested();
        return new AuthenticationVerdict(await spfVerdict, await dkimVerdicts, await dmarcVerdict, await arcVerdict)
        {
            // Nothing hangs on the name, so nothing waits for it.
            Client = clientName is { IsCompletedSuccessfully: true, Result: { } name } ? new ClientVerdict(client.Address, name, ClientNames.IsOwn(client.Helo, name, client.Address)) : null,
        };

        async Task<DmarcClaims> ClaimsAsync() => new(isRelayed ? AuthenticationVerdict.Unknown.Spf : await spfVerdict, await dkimVerdicts);

        async Task<T> ReadAsync<T>(Func<Stream, Task<T>> check)
        {
            await using var octets = content.OpenRead();
            return await check(octets);
        }

        async Task<T> AskAsync<T>(Func<Task<T>> check, T unanswered)
        {
            try
            {
                return await check();
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return unanswered;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogBroken(e, client.MailId, typeof(T).Name);
                return unanswered;
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Mail {MailId}: the check for a {Verdict} broke")]
    private partial void LogBroken(Exception e, string mailId, string verdict);
}
