using System.Net;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Reputation;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>What is decided on a client before a mail's first octet: how much it may bring, and whether it may come at all.</summary>
public sealed class ClientPolicy(InboundOptions options, Blocklists blocklists, GatewayMetrics metrics, TimeProvider time)
{
    private static readonly SmtpReply TooManyMails = new(421, "4.7.0", "Too many mails from your address, try again in a minute");
    private static readonly SmtpReply TooManyRecipients = new(450, "4.7.1", "Too many recipients from your address, try again in a minute");

    private readonly MinuteCount<IPAddress> mails = new(options.MailsPerMinute, time);
    private readonly MinuteCount<IPAddress> recipients = new(options.RecipientsPerMinute, time);

    /// <returns>Null when the client may mail.</returns>
    public SmtpReply? AtMail(SmtpClient client)
    {
        if (options.Trusts(client))
            return null;
        if (!mails.Allows(ClientNetwork.Of(client.Address)))
            return Refuse(TooManyMails, RefusalReason.MailRate);
        // Asked now, so that the word is there when the first RCPT comes.
        _ = blocklists.LookupAsync(client.Address);
        return null;
    }

    /// <param name="isForAdmins">postmaster and abuse hear also those whom everybody refuses: how else would they get off a list?</param>
    /// <returns>Null when the client may mail to somebody here.</returns>
    public async ValueTask<SmtpReply?> AtRcptAsync(SmtpClient client, bool isForAdmins)
    {
        if (options.Trusts(client))
            return null;
        if (!recipients.Allows(ClientNetwork.Of(client.Address)))
            return Refuse(TooManyRecipients, RefusalReason.RecipientRate);
        if (isForAdmins)
            return null;
        var listing = await blocklists.LookupAsync(client.Address);
        if (listing.Silent > 0)
            metrics.CheckFailed("dnsbl");
        return listing.Zone is { } zone
            ? Refuse(new SmtpReply(550, "5.7.1", $"Your address [{client.Address}] is listed by {zone}"), RefusalReason.Dnsbl)
            : null;
    }

    private SmtpReply Refuse(SmtpReply reply, RefusalReason reason)
    {
        metrics.Refusal(reason);
        return reply;
    }
}
