using System.Net.Security;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace SmtpTransport.Mail.Delivery;

/// <summary>One open connection to a mail server: MailKit's client, with outcomes for each recipient and our timeouts.</summary>
internal sealed class SmtpConnection : SmtpClient
{
    private readonly Socket socket;
    private readonly ConversationStream stream;
    private readonly SmtpTimeouts timeouts;
    private MailTransaction? transaction;
    private OutgoingContent? content;
    private bool troubled;
    private bool reportsWanted;

    public SmtpConnection(Socket socket, NextHop hop, string ourName, SmtpTimeouts timeouts, TimeProvider time)
    {
        this.socket = socket;
        this.timeouts = timeouts;
        stream = new ConversationStream(new NetworkStream(socket, ownsSocket: true), timeouts, time);
        Hop = hop;
        LocalDomain = ourName;
    }

    public NextHop Hop { get; }

    public int MailsSent { get; private set; }

    /// <summary>When it was last put aside.</summary>
    public TimeSpan IdleSince { get; set; }

    /// <summary>May carry another mail: nothing has gone wrong on it.</summary>
    public bool IsSound => IsConnected && !troubled;

    /// <summary>It offers CHUNKING and does not know BDAT.</summary>
    public bool RefusedBdat { get; private set; }

    /// <summary>False when the server has said something unasked: its 421, or the end of the connection.</summary>
    public bool IsQuiet => !socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Cancelled when a step takes too long.</summary>
    public CancellationToken Token => stream.Token;

    // RFC 3030 §2: where CHUNKING is offered. No dots to stuff, one round trip less, and no line of ours can end the mail early.
    protected override bool PreferSendAsBinaryData => true;

    /// <param name="unwanted">Not to be used even if it is offered.</param>
    public async Task OpenAsync(SecureSocketOptions tls, SmtpCapabilities unwanted)
    {
        // RFC 7672 §8.1: with DANE the name to ask for is that of the records.
        var name = Hop.Tls is TlsPolicy.Dane dane ? dane.Base : Hop.Host;
        await ConnectAsync(stream, name, Hop.EndPoint.Port, tls, Token);
        Capabilities &= ~unwanted;
    }

    public void Abort() => stream.Abort();

    /// <summary>Stops the clock while the connection waits for work.</summary>
    public void Rest() => stream.Rest();

    /// <summary>One transaction. What the server does is in the result; only the caller's own cancellation throws.</summary>
    public async Task<MailTransaction> SendAsync(
        OutgoingContent mail, EmailAddress? sender, IReadOnlyList<EmailAddress> recipients, CancellationToken cancellation)
    {
        content = mail;
        // Nobody reads a report about a mail without reverse path.
        reportsWanted = sender is not null;
        DeliveryStatusNotificationType = reportsWanted ? DeliveryStatusNotificationType.HeadersOnly : DeliveryStatusNotificationType.Unspecified;
        transaction = new MailTransaction(Hop.Host, recipients, () => stream.ExpectReplyWithin(timeouts.FinalDot));
        if (Unsendable(mail, sender) is { } refusal)
        {
            transaction.RefuseMail(refusal);
            return transaction;
        }

        foreach (var recipient in recipients.Where(recipient => recipient.NeedsSmtpUtf8 && !Offers(SmtpCapabilities.UTF8)))
            transaction.Refuse(recipient, NoSmtpUtf8());
        var to = recipients.Except(transaction.Outcomes.Keys).Select(recipient => EnvelopeAddress.ToMailbox(recipient)).ToList();
        if (to.Count == 0)
            return transaction;
        // RFC 2920 §3.1: what was sent in one go is answered one by one.
        if (Offers(SmtpCapabilities.Pipelining))
            stream.ExpectReplyWithin(timeouts.Reply + to.Count * timeouts.PipelinedRecipient);
        await SendAsync(sender.ToMailbox(), to, cancellation);
        return transaction;
    }

    /// <summary>QUIT, without waiting long for the 221.</summary>
    public async Task CloseAsync()
    {
        try
        {
            stream.ExpectReplyWithin(timeouts.Quit);
            await DisconnectAsync(quit: true, Token);
        }
        catch (Exception gone) when (Trouble.IsExpected(gone))
        {
            // It is closed either way.
        }
        finally
        {
            Dispose();
        }
    }

    protected override SslClientAuthenticationOptions GetSslClientAuthenticationOptions(string host, RemoteCertificateValidationCallback remoteCertificateValidationCallback)
    {
        var options = base.GetSslClientAuthenticationOptions(host, remoteCertificateValidationCallback);
        options.CertificateChainPolicy = CertificateCheck.Offline();
        return options;
    }

    protected override void Prepare(FormatOptions options, MimeMessage message, EncodingConstraint constraint, int maxLineLength)
    {
        content!.RemoveSignatures();
        if (!content.IsPlain)
            base.Prepare(options, message, constraint, maxLineLength);
        content.Sign(options);
    }

    protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
    {
        // RFC 5321 §3.8: 421 closes the channel, whatever it answers.
        if ((int)response.StatusCode == 421)
            base.OnRecipientNotAccepted(message, mailbox, response);
        transaction!.RefuseRecipient(mailbox.Address, RemoteReply.Read((int)response.StatusCode, response.Response, atRcpt: true));
    }

    // RFC 3461 §4.1. Never SUCCESS: our receipt says that the next hop took the mail, no more.
    protected override DeliveryStatusNotification? GetDeliveryStatusNotifications(MimeMessage message, MailboxAddress mailbox) =>
        reportsWanted ? DeliveryStatusNotification.Failure | DeliveryStatusNotification.Delay : null;

    private bool Offers(SmtpCapabilities capability) => Capabilities.HasFlag(capability);

    private async Task SendAsync(MailboxAddress sender, IEnumerable<MailboxAddress> recipients, CancellationToken cancellation)
    {
        var format = FormatOptions.Default.Clone();
        format.International = content!.HasInternationalHeader;
        MailsSent++;
        try
        {
            using var abort = cancellation.UnsafeRegister(static connection => ((SmtpConnection)connection!).Abort(), this);
            var text = await SendAsync(format, content.Message, sender, recipients, Token, transaction);
            transaction!.Settle(RemoteReply.Read(250, text).ToOutcome(Hop.Host));
        }
        catch (SmtpCommandException refused)
        {
            Refused(RemoteReply.Read((int)refused.StatusCode, refused.Message), refused.ErrorCode);
        }
        catch (ServiceNotAuthenticatedException refused)
        {
            transaction!.RefuseMail(RemoteReply.Read(530, refused.Message).ToOutcome(Hop.Host));
        }
        catch (Exception lost) when (Trouble.IsExpected(lost))
        {
            cancellation.ThrowIfCancellationRequested();
            transaction!.Break(Trouble.Describe(lost, Hop, "talking to"));
        }
    }

    private void Refused(SmtpReply reply, SmtpErrorCode at)
    {
        // A server that refuses BDAT may take the octets after it for commands: let nothing follow.
        var afterBdat = transaction!.ContentSent && Offers(SmtpCapabilities.Chunking);
        troubled = reply.Code == 421 || afterBdat;
        RefusedBdat = afterBdat && reply.Code is (500 or 502);
        if (reply.Code == 421 || RefusedBdat)
            transaction.Break(new DeliveryFailure(reply, Hop.Host));
        else if (at == SmtpErrorCode.SenderNotAccepted)
            transaction!.RefuseMail(reply.ToOutcome(Hop.Host));
        else if (at == SmtpErrorCode.UnexpectedStatusCode && reply.IsPositive)
            transaction!.Settle((reply with { Code = 0 }).ToOutcome(Hop.Host));
        else
            transaction!.Settle(reply.ToOutcome(Hop.Host));
    }

    private DeliveryOutcome.Failed? Unsendable(OutgoingContent mail, EmailAddress? sender)
    {
        // RFC 1870 §6.1: what the server announces as too large is not even offered.
        if (Offers(SmtpCapabilities.Size) && MaxSize > 0 && mail.Length > MaxSize)
            return Failed(new SmtpReply(552, "5.3.4", $"The mail has {mail.Length} octets, {Hop.Host} takes {MaxSize}"));
        if (Offers(SmtpCapabilities.UTF8 | SmtpCapabilities.EightBitMime))
            return null;
        if (sender is { NeedsSmtpUtf8: true } || !mail.TryDowngradeHeader())
            return NoSmtpUtf8();
        return null;
    }

    // RFC 6531 §3.5.
    private DeliveryOutcome.Failed NoSmtpUtf8() =>
        Failed(new SmtpReply(553, "5.6.7", $"The address needs SMTPUTF8, which {Hop.Host} does not offer"));

    private static DeliveryOutcome.Failed Failed(SmtpReply reply) => new(new DeliveryFailure(reply));
}
