using Microsoft.Extensions.Logging;
using SmtpTransport.Gateway.Accounts;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>What a user's client says it has displayed (XEP-0333) is told to senders who asked (RFC 8098), if the user has agreed to that.</summary>
public sealed partial class ReadReceipts(
    IReadReceipts receipts, IAccounts accounts, AddressMap addresses, ComposerIdentity identity, Doorbells doorbells, TimeProvider time, ILogger<ReadReceipts> logger)
{
    /// <summary>One marker speaks of all mails before; of the oldest nobody waits for it any more.</summary>
    private const int MaxAtOnce = 20;

    public async Task ReceiveAsync(Stanza message, Displayed displayed)
    {
        var user = message.From.Bare;
        if (addresses.Contact(message.To) is not ContactLookup.Mailbox { Address: var contact } || !accounts.Preferences(user).GiveReadReceipts)
            return;
        foreach (var mail in receipts.Owed(user, contact, displayed.MessageId, MaxAtOnce))
            await SendAsync(mail, addresses.MailAddressOf(user));
    }

    private async Task SendAsync(Correspondence mail, EmailAddress from)
    {
        var to = mail.ReceiptTo!.Value;
        var id = MailIds.Next(time);
        var messageId = MailMessageId.For(id, identity.MessageIdKey, from.Domain);
        using var receipt = new ReadReceiptMail(from, to, mail.MessageId, mail.Subject, messageId, identity.Hostname, time.GetUtcNow()).Compose();
        if (!await receipts.PayAsync(mail, new ComposedReport(id, messageId, MailComposer.ToBytes(receipt))))
            return;
        LogWritten(mail.MailId, id, to);
        doorbells.ChatToMail.Ring();
    }

    [LoggerMessage(LogLevel.Information, "Mail {MailId} was displayed: read receipt {ReceiptId} to {Sender} written")]
    private partial void LogWritten(string mailId, string receiptId, EmailAddress sender);
}
