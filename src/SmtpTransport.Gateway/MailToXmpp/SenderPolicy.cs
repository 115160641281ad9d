using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>What is decided on a mail's author, once it is known who that is and whom the mail is for.</summary>
public sealed class SenderPolicy(InboundOptions options, IContacts contacts, PairTraffic pairs, GatewayMetrics metrics, TimeProvider time)
{
    /// <summary>Mails that wait for <see cref="InboundOptions.NewSenderDelay"/> at once; beyond, new senders come back later.</summary>
    public const int MaxWaiting = 200;

    private static readonly SmtpReply TooManyOfDomain = new(450, "4.7.1", "Too many mails from your domain, try again in a minute");
    private static readonly SmtpReply TooManyNew = new(451, "4.7.1", "Too many mails from new senders at the moment, try again later");
    private static readonly SmtpReply PingPong = new(450, "4.7.1", "You and this recipient answer each other too fast, try again later");
    private static readonly SmtpReply Stopped = new(550, "5.4.6", "Mail loop: you and this recipient answer each other without end");

    // A forged mail must not use up what the true owner of a domain may send.
    private readonly MinuteCount<(string Domain, bool Verified)> domains = new(options.DomainMailsPerMinute, time);
    private int waiting;

    /// <summary>Looks at the author for all recipients; a sender whom none of them knows is made to wait here.</summary>
    /// <returns>Null when the mail may go on.</returns>
    public async ValueTask<SmtpReply?> AdmitAsync(SmtpClient client, IncomingMail mail, IReadOnlyCollection<Jid> users, CancellationToken cancellation)
    {
        if (options.Trusts(client))
            return null;
        if (!domains.Allows((mail.Author.Domain, mail.Authentication.Author == AuthorStanding.Verified)))
            return Refuse(TooManyOfDomain, RefusalReason.DomainRate);
        if (options.NewSenderDelay == TimeSpan.Zero || IsKnown(mail, users))
            return null;
        if (Interlocked.Increment(ref waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref waiting);
            return Refuse(TooManyNew, RefusalReason.NewSenders);
        }

        try
        {
            metrics.Refusal(RefusalReason.NewSenderDelay);
            await Task.Delay(options.NewSenderDelay, time, cancellation);
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    /// <summary>For one user, whose share in the mail may be refused alone.</summary>
    public SmtpReply? Pair(SmtpClient client, Jid user, EmailAddress author) =>
        options.Trusts(client) ? null : pairs.Say(user, author, isFromUser: false) switch
        {
            PairState.Slowed => Refuse(PingPong, RefusalReason.PingPong),
            PairState.Stopped => Refuse(Stopped, RefusalReason.PingPong),
            _ => null,
        };

    /// <summary>A name that is forged opens no door; one that nobody vouches for may.</summary>
    private bool IsKnown(IncomingMail mail, IReadOnlyCollection<Jid> users) =>
        mail.Authentication.Author != AuthorStanding.Doubtful && users.Any(user => contacts.Find(user, mail.Author) is not null);

    private SmtpReply Refuse(SmtpReply reply, RefusalReason reason)
    {
        metrics.Refusal(reason);
        return reply;
    }
}
