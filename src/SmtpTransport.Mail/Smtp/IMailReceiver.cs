using System.Net;

namespace SmtpTransport.Mail.Smtp;

/// <summary>
/// The decisions behind an SMTP session. The session knows the protocol; this knows who may mail whom, and takes the mail.
/// A 250 from <see cref="ReceiveAsync"/> is a promise: the mail is on disk or already with the XMPP server.
/// </summary>
public interface IMailReceiver
{
    /// <summary>At MAIL FROM. A positive reply opens the transaction.</summary>
    ValueTask<SmtpReply> MailAsync(SmtpClient client, Envelope envelope, long? declaredSize, CancellationToken cancellation);

    /// <summary>At RCPT TO, once for each; <paramref name="envelope"/> holds those accepted before.</summary>
    ValueTask<SmtpReply> RcptAsync(SmtpClient client, Envelope envelope, EnvelopeRecipient recipient, CancellationToken cancellation);

    /// <summary>At the end of DATA or the last BDAT. The content is disposed by the session afterwards.</summary>
    ValueTask<MailVerdict> ReceiveAsync(SmtpClient client, Envelope envelope, MessageContent content, CancellationToken cancellation);
}

/// <summary>Who is talking to us.</summary>
/// <param name="Address">The client's address, as the PROXY protocol gave it where that is in use.</param>
/// <param name="Helo">Its EHLO or HELO argument.</param>
/// <param name="Protocol">For Received (RFC 3848): SMTP, ESMTP, ESMTPS, UTF8SMTP, UTF8SMTPS.</param>
public sealed record SmtpClient(IPAddress Address, string Helo, string Protocol)
{
    /// <summary>The id that stands in every log line about this mail and in its 250.</summary>
    public required string MailId { get; init; }

    /// <summary>No client at all: what our own users send to each other never leaves this program. Only we can say so.</summary>
    public bool IsOurselves { get; init; }
}

/// <param name="Reply">For a client without PRDR, and the last line for one with it.</param>
/// <param name="PerRecipient">One reply for each accepted RCPT, in order; used with PRDR.</param>
public sealed record MailVerdict(SmtpReply Reply, IReadOnlyList<SmtpReply> PerRecipient);
