using Microsoft.Extensions.Logging;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery;

namespace SmtpTransport.Gateway.Bounces;

/// <summary>Tells users what came back, each thing once: an error on the very message, or a notice.</summary>
public sealed partial class BounceResults(ISentMails sent, Doorbells doorbells, GatewayMetrics metrics, ILogger<BounceResults> logger)
{
    /// <param name="bounceId">The id of the mail that brought it.</param>
    public async Task TellAsync(string bounceId, SentMail mail, Bounce bounce)
    {
        foreach (var recipient in bounce.Recipients)
        {
            var result = await TellAsync(mail, Named(mail, recipient), recipient);
            LogBounce(bounceId, mail.Id, recipient.Reply, result);
            metrics.Bounce(result);
        }
    }

    private async Task<BounceResult> TellAsync(SentMail mail, EmailAddress? address, BouncedRecipient recipient)
    {
        if (recipient.Action == BounceAction.Succeeded)
            return BounceResult.Success; // The receipt has gone already.
        // Forwarded, perhaps: whom the report names the user may know.
        var to = address?.ToString() ?? (recipient.Addresses is [var named, ..] ? named.ToString() : "one of its recipients");
        var (news, notices) = recipient.Action == BounceAction.Delayed
            ? (SentNews.Delayed, [new NewNotice(UserNotices.DelayedOnItsWay(mail.Lines[^1], to, recipient.Reply))])
            : (SentNews.Failed, Failure(mail, to, recipient));
        if (!await sent.TellAsync(mail.Id, address, news, new DeliveryFailure(recipient.Reply, recipient.Host).ToString(), notices))
            return BounceResult.Repeated;
        doorbells.Notices.Ring();
        return address is null ? BounceResult.Unmatched : recipient.Action == BounceAction.Delayed ? BounceResult.Delayed : BounceResult.Failed;
    }

    private static IReadOnlyList<NewNotice> Failure(SentMail mail, string to, BouncedRecipient recipient)
    {
        var error = FailureMap.ToStanzaError(new DeliveryFailure(recipient.Reply, recipient.Host));
        if (mail.Recipients.Count > 1)
            error = error with { Text = $"To {to}: {error.Text}" };
        var last = mail.Lines[^1];
        return
        [
            .. mail.Lines.Select(line => new NewNotice(UserNotices.Error(line, UserNotices.CameBack(line, error)))),
            new NewNotice(UserNotices.Failure(last, to, UserNotices.CameBack(last, error)), UnlessOnline: last.Sender),
        ];
    }

    /// <summary>Which of the mail's recipients it is: by name, else the only one, whom somebody may have forwarded it for.</summary>
    private static EmailAddress? Named(SentMail mail, BouncedRecipient recipient) =>
        mail.Recipients.Cast<EmailAddress?>().FirstOrDefault(own => recipient.Addresses.Any(address => address.Key == own!.Value.Key))
        ?? (mail.Recipients is [var only] ? only : null);

    [LoggerMessage(LogLevel.Information, "Mail {MailId} is a bounce of mail {SentMailId}: {Reply}; {Result}")]
    private partial void LogBounce(string mailId, string sentMailId, SmtpReply reply, BounceResult result);
}
