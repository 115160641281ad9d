using System.Net;
using Microsoft.Extensions.Logging;

namespace SmtpTransport.Mail.Smtp;

/// <summary>The conversation of RFC 5321 with one client: what may be said when, and what is answered.</summary>
internal sealed partial class SmtpSession(
    SmtpConnection connection, IPAddress address, SmtpOptions options, ClientTraffic traffic, IMailReceiver receiver, ILogger logger) : IDisposable
{
    private readonly TimeProvider time = connection.Time;
    private readonly CommandLineReader lines = new();
    private readonly ContentReader content = new(connection);
    private string? helo;
    private bool extended;
    private Transaction? transaction;
    private int errors;
    private int junk;
    private int deferrals;
    private bool ended;

    private SessionState State => (helo, transaction) switch
    {
        (null, _) => SessionState.Connected,
        (_, null) => SessionState.Greeted,
        (_, { Message: not null }) => SessionState.Bdat,
        (_, { Envelope.Recipients.Count: > 0 }) => SessionState.Rcpt,
        (_, { SawRcpt: true }) => SessionState.AllRefused,
        _ => SessionState.Mail,
    };

    /// <summary>Until the client leaves or misbehaves too much, or <paramref name="draining"/> is set and no mail is under way.</summary>
    public async Task RunAsync(CancellationToken draining)
    {
        using var wake = draining.UnsafeRegister(static connection => ((SmtpConnection)connection!).Wake(), connection);
        if (!draining.IsCancellationRequested)
            Greet();
        while (!ended && await NextAsync(draining) is { } command)
            await AnswerAsync(command);
        await connection.FlushAsync();
    }

    public void Dispose() => transaction?.Dispose();

    // RFC 5321 §3.1: the server speaks first. A client that does not wait is a spammer's; looking costs no time.
    private void Greet()
    {
        if (connection.TryRead(out var early))
        {
            connection.AdvanceTo(early.Buffer.Start);
            if (!early.Buffer.IsEmpty)
            {
                End(Replies.SpokeFirst);
                return;
            }
        }
        Say(new SmtpReply(220, "", $"{options.Hostname} ESMTP"));
    }

    private async ValueTask<SmtpCommand?> NextAsync(CancellationToken draining)
    {
        // One deadline for a whole line: octets that trickle in do not extend it, nor do chunks that of a message.
        var deadline = Deadline.Earlier(Deadline.After(options.IdleTimeout, time), transaction?.Pace?.End ?? Deadline.Never);
        while (true)
        {
            // RFC 5321 §3.8: 421 may be said at any time. A mail under way is finished first.
            if (draining.IsCancellationRequested && transaction is null)
                return End(Replies.Stopping);
            var result = await connection.ReadAsync(deadline);
            var buffer = result.Buffer;
            var complete = lines.TryRead(ref buffer, out var command);
            connection.AdvanceTo(buffer.Start, complete ? buffer.Start : buffer.End);
            if (complete)
                return traffic.AllowsCommand(address) ? command : End(Replies.TooManyCommands);
            if (result.IsCompleted)
            {
                LogLost(address, State, MailId);
                return null;
            }
            if (deadline.HasPassed(time))
                return End(transaction?.Pace is { IsOver: true } ? Replies.TooSlow : Replies.IdleTooLong);
        }
    }

    private ValueTask AnswerAsync(SmtpCommand command)
    {
        var refusal = CommandOrder.Refusal(command, State);
        switch (command)
        {
            // Its octets follow whether it is welcome or not (RFC 3030 §2).
            case SmtpCommand.Bdat bdat:
                return BdatAsync(bdat, refusal);
            case var _ when refusal is not null:
                return RefuseAsync(refusal.Value);
            case SmtpCommand.Mail mail:
                return MailAsync(mail);
            case SmtpCommand.Rcpt rcpt:
                return RcptAsync(rcpt);
            case SmtpCommand.Data:
                return DataAsync();
            case SmtpCommand.StartTls:
                return StartTlsAsync();
            case SmtpCommand.Refused refused:
                return RefuseAsync(refused.Reply);
            case SmtpCommand.Unframed unframed:
                End(unframed.Reply);
                break;
            case SmtpCommand.Quit:
                End(Replies.Bye);
                break;
            default:
                Chat(command);
                break;
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>Commands that bring no mail nearer: free, within bounds.</summary>
    private void Chat(SmtpCommand command)
    {
        if (++junk > SmtpLimits.JunkCommands)
        {
            End(Replies.TooMuchJunk);
            return;
        }
        switch (command)
        {
            case SmtpCommand.Ehlo ehlo:
                Reset();
                (helo, extended) = (ehlo.Name, true);
                Say(Extensions());
                break;
            case SmtpCommand.Helo hello:
                Reset();
                (helo, extended) = (hello.Name, false);
                Say(new SmtpReply(250, "", options.Hostname));
                break;
            case SmtpCommand.Rset:
                Reset();
                Say(Replies.Ok);
                break;
            case SmtpCommand.Noop:
                Say(Replies.Ok);
                break;
            case SmtpCommand.Help:
                Say(Replies.Help);
                break;
            case SmtpCommand.Vrfy:
                Say(Replies.CannotVerify);
                break;
        }
    }

    private SmtpReply Extensions()
    {
        // RFC 8689 §2: REQUIRETLS, inside TLS alone. RFC 9422 §4: LIMITS. RFC 3461 §4: DSN. PRDR is Exim's.
        var startTls = !connection.IsEncrypted && options.Certificate() is not null ? "\nSTARTTLS" : "";
        return new SmtpReply(250, "", $"{options.Hostname}\nPIPELINING\nSIZE {options.MaxMessageSize}{startTls}\nENHANCEDSTATUSCODES\n"
            + $"8BITMIME\nSMTPUTF8\nCHUNKING\nDSN\nLIMITS RCPTMAX={SmtpLimits.Recipients}\nPRDR{(connection.IsEncrypted ? "\nREQUIRETLS" : "")}");
    }

    private async ValueTask StartTlsAsync()
    {
        if (connection.IsEncrypted)
            await RefuseAsync(Replies.TlsActive);
        else if (!extended)
            await RefuseAsync(Replies.HeloFirst);
        else if (options.Certificate() is not { } certificate)
            await RefuseAsync(Replies.TlsUnavailable);
        else
        {
            Reset();
            helo = null;
            ended = !await connection.StartTlsAsync(certificate);
            if (ended)
                LogHandshakeFailed(address);
        }
    }

    private async ValueTask MailAsync(SmtpCommand.Mail mail)
    {
        if ((!extended && mail.Parameters != MailParameters.None) || (mail.Parameters.RequireTls && !connection.IsEncrypted))
            await RefuseAsync(Replies.UnknownParameter);
        else if (mail.NonAscii && !mail.Parameters.SmtpUtf8)
            await RefuseAsync(Replies.NeedsSmtpUtf8);
        else if (mail.Parameters.Size > options.MaxMessageSize)
            await RefuseAsync(Replies.TooLarge);
        else
        {
            var sender = new SmtpClient(address, helo!, Protocol(mail.Parameters)) { MailId = MailIds.Next(time) };
            var opened = new Transaction(sender, mail);
            var reply = await receiver.MailAsync(sender, opened.Envelope, mail.Parameters.Size, CancellationToken.None);
            if (reply.IsPositive)
                transaction = opened;
            LogBegun(sender.MailId, opened.Envelope.ReversePath, address, reply);
            await PassOnAsync(reply);
        }
    }

    // RFC 3848, RFC 6531 §4.3
    private string Protocol(MailParameters parameters) => (extended, parameters.SmtpUtf8, connection.IsEncrypted) switch
    {
        (false, _, _) => "SMTP",
        (_, true, true) => "UTF8SMTPS",
        (_, true, _) => "UTF8SMTP",
        (_, _, true) => "ESMTPS",
        _ => "ESMTP",
    };

    private async ValueTask RcptAsync(SmtpCommand.Rcpt rcpt)
    {
        var (sender, envelope) = (transaction!.Client, transaction.Envelope);
        transaction.SawRcpt = true;
        if (!extended && rcpt.Parameters != RcptParameters.None)
            await RefuseAsync(Replies.UnknownParameter);
        else if (rcpt.NonAscii && !envelope.SmtpUtf8)
            await RefuseAsync(Replies.NeedsSmtpUtf8);
        else if (envelope.Recipients.Count == SmtpLimits.Recipients)
            await PassOnAsync(Replies.TooManyRecipients);
        else
        {
            var whom = rcpt.Address.Domain.Length > 0 ? rcpt.Address : rcpt.Address with { Domain = MailDomain.TryParse(options.Hostname, out var own) ? own : options.Hostname };
            var recipient = new EnvelopeRecipient(whom, rcpt.Parameters.Notify, rcpt.Parameters.OriginalRecipient);
            var reply = await receiver.RcptAsync(sender, envelope, recipient, CancellationToken.None);
            if (reply.IsPositive)
                transaction.Accept(recipient);
            await PassOnAsync(reply);
        }
    }

    private void Reset()
    {
        transaction?.Dispose();
        transaction = null;
    }

    private ValueTask PassOnAsync(SmtpReply reply)
    {
        if (reply.IsPermanent)
            return RefuseAsync(reply);
        // Not the client's fault, but no reason to go on for ever.
        if (reply.IsTransient && ++deferrals > SmtpLimits.Deferrals)
            End(Replies.TooMuchJunk);
        else
            Say(reply);
        return ValueTask.CompletedTask;
    }

    private async ValueTask RefuseAsync(SmtpReply reply)
    {
        if (++errors >= SmtpLimits.Errors)
        {
            End(Replies.TooManyErrors);
            return;
        }
        if (!traffic.AllowsError(address) || errors > SmtpLimits.ErrorsBeforeDelay)
        {
            await connection.FlushAsync();
            await Task.Delay(SmtpLimits.ErrorDelay, time);
        }
        Say(reply);
    }

    private void Say(SmtpReply reply)
    {
        connection.Write(reply, transaction?.Envelope.SmtpUtf8 == true ? Encodings.Utf8 : Encodings.Ascii);
        if (reply.IsTransient || reply.IsPermanent)
            options.Refused(reply);
        // RFC 5321 §4.2.3: 421 means that the channel closes.
        ended |= reply.Code == 421;
    }

    /// <summary>Of the mail under way.</summary>
    private string MailId => transaction?.Client.MailId ?? "none";

    private SmtpCommand? End(SmtpReply reply)
    {
        Say(reply);
        ended = true;
        if (reply != Replies.Bye)
            LogEnded(address, reply, MailId);
        return null;
    }

    [LoggerMessage(LogLevel.Debug, "SMTP session of {Address} ended by us: {Reply}; mail {MailId}")]
    private partial void LogEnded(IPAddress address, SmtpReply reply, string mailId);

    [LoggerMessage(LogLevel.Debug, "SMTP client {Address} went away in state {State}; mail {MailId}")]
    private partial void LogLost(IPAddress address, SessionState state, string mailId);

    [LoggerMessage(LogLevel.Debug, "Mail {MailId} begins, from {Sender}, client {Address}: {Reply}")]
    private partial void LogBegun(string mailId, EmailAddress? sender, IPAddress address, SmtpReply reply);

    [LoggerMessage(LogLevel.Debug, "TLS handshake with SMTP client {Address} failed")]
    private partial void LogHandshakeFailed(IPAddress address);
}
