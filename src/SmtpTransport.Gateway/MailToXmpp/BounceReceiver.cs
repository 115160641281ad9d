using Microsoft.Extensions.Logging;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Bounces;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>
/// Stands before the <see cref="MailReceiver"/> and takes what comes back to return paths that we signed. Bounces for anybody
/// else are refused: whoever forges them reaches no user. Other mail for a return path is its user's.
/// </summary>
public sealed partial class BounceReceiver(
    MailReceiver inner, ReturnPaths paths, ISentMails sent, AddressMap addresses, BounceResults results, GatewayMetrics metrics, ILogger<BounceReceiver> logger)
    : IMailReceiver
{
    private static readonly SmtpReply RecipientOk = new(250, "2.1.5", "Ok");
    private static readonly SmtpReply Told = new(250, "2.0.0", "Ok: its author is told");
    private static readonly SmtpReply NotSigned = new(550, "5.7.1", "Delivery reports are taken only at a return path that we signed");

    public ValueTask<SmtpReply> MailAsync(SmtpClient client, Envelope envelope, long? declaredSize, CancellationToken cancellation) =>
        inner.MailAsync(client, envelope, declaredSize, cancellation);

    public ValueTask<SmtpReply> RcptAsync(SmtpClient client, Envelope envelope, EnvelopeRecipient recipient, CancellationToken cancellation) =>
        Find(recipient) is null ? inner.RcptAsync(client, envelope, recipient, cancellation) : ValueTask.FromResult(RecipientOk);

    public async ValueTask<MailVerdict> ReceiveAsync(SmtpClient client, Envelope envelope, MessageContent content, CancellationToken cancellation)
    {
        var origins = envelope.Recipients.Select(Find).ToList();
        if (envelope.ReversePath is not null && origins.Contains(null))
            return await inner.ReceiveAsync(client, ToUsers(envelope, origins), content, cancellation);
        return await ReadAsync(content) is { } bounce
            ? await TakeAsync(client, bounce, origins)
            : await inner.ReceiveAsync(client, ToUsers(envelope, origins), content, cancellation);
    }

    private static async Task<Bounce?> ReadAsync(MessageContent content)
    {
        await using var stream = content.OpenRead();
        // Too much to be taken apart is no report that we could read; the inner receiver says so.
        if (!MimeBounds.Hold(stream))
            return null;
        using var mail = MailFile.Load(stream);
        return BounceReader.Read(mail);
    }

    private async Task<MailVerdict> TakeAsync(SmtpClient client, Bounce bounce, List<SentMail?> origins)
    {
        foreach (var mail in origins.OfType<SentMail>().DistinctBy(mail => mail.Id))
            await results.TellAsync(client.MailId, mail, bounce);
        List<SmtpReply> replies = [.. origins.Select(mail => mail is null ? NotSigned : Told)];
        if (replies.Contains(NotSigned))
            LogNotSigned(client.MailId, client.Address);
        var reply = replies.Contains(Told) ? Told : NotSigned;
        metrics.MailReceived(reply.IsPositive ? ReceiptResult.Accepted : ReceiptResult.Refused);
        return new MailVerdict(reply, replies);
    }

    private SentMail? Find(EnvelopeRecipient recipient) => paths.MailIdOf(recipient.Address) is { } mailId ? sent.Find(mailId) : null;

    /// <summary>What machines answer to a return path is for the one who wrote.</summary>
    private Envelope ToUsers(Envelope envelope, List<SentMail?> origins) => envelope with
    {
        Recipients = [.. envelope.Recipients.Zip(origins, (recipient, origin) =>
            origin is null ? recipient : recipient with { Address = addresses.MailAddressOf(origin.Lines[0].Sender.Bare) })],
    };

    [LoggerMessage(LogLevel.Information, "Mail {MailId} is a bounce of nothing that we sent, refused; client {Client}")]
    private partial void LogNotSigned(string mailId, System.Net.IPAddress client);
}
