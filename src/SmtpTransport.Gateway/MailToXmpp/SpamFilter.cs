using System.Text;
using Microsoft.Extensions.Logging;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Reputation;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Asks rspamd, if there is one, what to do with a mail. Without an answer the mail passes.</summary>
public sealed partial class SpamFilter(
    InboundOptions options, ClientNames names, GatewayMetrics metrics, TimeProvider time, ILogger<SpamFilter> logger) : IDisposable
{
    private const string Suspicion = "the spam filter finds this mail suspicious.";

    // RFC 5321 §4.5.3.1.5 leaves about this much of a reply line.
    private const int MaxWords = 200;

    private readonly RspamdClient? rspamd = options.Rspamd is { } url ? new RspamdClient(url, time) : null;

    public async Task<SpamVerdict> ExamineAsync(SmtpClient client, Envelope envelope, MessageContent content, CancellationToken cancellation)
    {
        if (rspamd is null)
            return SpamVerdict.Pass;
        var name = await names.ConfirmedAsync(client.Address);
        if (await rspamd.CheckAsync(client, name, envelope, content, cancellation) is not { } verdict)
        {
            LogSilent(client.MailId);
            metrics.CheckFailed("rspamd");
            return SpamVerdict.Pass;
        }

        LogVerdict(client.MailId, verdict.Action, verdict.Score, client.Helo, ClientNames.IsOwn(client.Helo, name, client.Address), name ?? "unknown");
        return verdict.Action switch
        {
            RspamdAction.Pass => SpamVerdict.Pass,
            RspamdAction.Mark => SpamVerdict.Mark,
            // What trusted clients bring is not refused.
            _ when options.Trusts(client) => SpamVerdict.Mark,
            RspamdAction.Defer => Refuse(new SmtpReply(451, "4.7.1", Words(verdict, "Try again later")), RefusalReason.SpamDeferred),
            _ => Refuse(new SmtpReply(550, "5.7.1", Words(verdict, "This mail looks like spam")), RefusalReason.Spam),
        };
    }

    public void Dispose() => rspamd?.Dispose();

    private static string Words(RspamdVerdict verdict, string otherwise)
    {
        var words = PlainText.OneLine(verdict.Message ?? "", MaxWords);
        return words.Length > 0 && Ascii.IsValid(words) ? words : otherwise;
    }

    private SpamVerdict Refuse(SmtpReply reply, RefusalReason reason)
    {
        metrics.Refusal(reason);
        return new SpamVerdict(reply, null);
    }

    [LoggerMessage(LogLevel.Warning, "Mail {MailId} passes unexamined: rspamd does not answer, or not with a verdict")]
    private partial void LogSilent(string mailId);

    [LoggerMessage(LogLevel.Information, "Mail {MailId}: rspamd says {Action}, score {Score:0.0}; EHLO {Helo} (own: {IsOwn}), reverse name {Name}")]
    private partial void LogVerdict(string mailId, RspamdAction action, double score, string helo, bool isOwn, string name);

    /// <param name="Refusal">Null when the mail may come in.</param>
    /// <param name="Warning">What its readers are told; or null.</param>
    public sealed record SpamVerdict(SmtpReply? Refusal, string? Warning)
    {
        public static readonly SpamVerdict Pass = new(null, null);
        public static readonly SpamVerdict Mark = new(null, Suspicion);
    }
}
