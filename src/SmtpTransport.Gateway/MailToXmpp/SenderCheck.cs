using Microsoft.Extensions.Logging;
using MimeKit;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Authentication;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Has a mail's sender checked, and says what follows.</summary>
public sealed partial class SenderCheck(
    MailAuthenticator authenticator, InboundOptions options, ReceiverIdentity identity, GatewayMetrics metrics, ILogger<SenderCheck> logger)
{
    /// <param name="headers">Of this mail, as received.</param>
    public async Task<Finding> ExamineAsync(
        SmtpClient client, Envelope envelope, HeaderList headers, MessageContent content, CancellationToken cancellation)
    {
        if (options.Dmarc == DmarcMode.Off)
            return new Finding(null, MailAuthentication.None);
        var isTrusted = options.Trusts(client);
        var verdict = await authenticator.CheckAsync(client, envelope.ReversePath, headers, content, identity.Hostname, isTrusted, cancellation);
        var results = AuthenticationResultsText.Format(identity.Hostname, verdict, envelope.ReversePath is null);
        LogVerdict(client.MailId, results);
        Count(verdict);

        var isSealed = verdict.Arc.Trusted(options.TrustedSealers) is { } claim && (claim.Dmarc || claim.Dkim);
        var (refusal, author) = AuthenticationPolicy.Decide(verdict, options.Dmarc, isTrusted, isSealed);
        if (refusal is { IsPermanent: true })
            metrics.Refusal(RefusalReason.Dmarc);
        return new Finding(refusal, new MailAuthentication(results, AuthenticationPolicy.IsSenderVerified(verdict, envelope.ReversePath, isTrusted), author));
    }

    private void Count(AuthenticationVerdict verdict)
    {
        metrics.AuthVerdict("spf", AuthenticationResultsText.Word(verdict.Spf.Result));
        var dkim = verdict.Dkim.Select(signature => signature.Result).DefaultIfEmpty(DkimResult.None).ToList();
        metrics.AuthVerdict("dkim", AuthenticationResultsText.Word(dkim.Contains(DkimResult.Pass) ? DkimResult.Pass : dkim[0]));
        metrics.AuthVerdict("dmarc", AuthenticationResultsText.Word(verdict.Dmarc.Result));
        metrics.AuthVerdict("arc", AuthenticationResultsText.Word(verdict.Arc.Result));
    }

    [LoggerMessage(LogLevel.Information, "Mail {MailId} checked: {Results}")]
    private partial void LogVerdict(string mailId, string results);
}
