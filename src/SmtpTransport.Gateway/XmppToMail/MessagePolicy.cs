using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>Which messages may become mail, and to whom.</summary>
public sealed class MessagePolicy(
    AddressMap addresses, RecipientReader named, ReactionPolicy reactions, SendingRate rate, SendingQuota quota, RoundTrips loops, TimeProvider time)
{
    public MessageDecision Decide(Stanza message)
    {
        // What would never be mailed is not answered either: chat states to a bad address get silence.
        var reading = MessageReader.Read(message, time.GetUtcNow());
        if (reading is MessageReading.Ignored)
            return new MessageDecision.Ignore();
        if (!addresses.MaySend(message.From))
            return new MessageDecision.Refuse(Refusals.NotPermitted);
        if (reading is MessageReading.TakesBack back)
            return new MessageDecision.TakeBack(new TakenBack(
                message.From.Bare, message.To.Bare, (addresses.Contact(message.To) as ContactLookup.Mailbox)?.Address, back.StanzaId));
        if (reading is not MessageReading.Line line)
            return new MessageDecision.Refuse(((MessageReading.Refused)reading).Error);
        var headers = HeaderLines.Read(line.Draft.Body, hasRecipients: message.To.Local.Length == 0);
        var (recipients, refusal) = named.Read(message, headers.Recipients);
        refusal ??= line.Draft.IsReaction ? reactions.Refusal(line.Draft, recipients) : null;
        return refusal is null
            ? Decide(message, recipients, line with { Draft = WithHeaders(line.Draft, headers) })
            : new MessageDecision.Refuse(refusal);
    }

    /// <summary>A layout has the header lines in it, and nothing says where.</summary>
    private static DraftLine WithHeaders(DraftLine line, HeaderLines headers) => headers.Text.Length == line.Body.Length
        ? line
        : line with { Body = headers.Text, Subject = headers.Subject ?? line.Subject, Layout = null };

    private MessageDecision Decide(Stanza message, IReadOnlyList<DraftRecipient> recipients, MessageReading.Line line)
    {
        if (rate.Take(message.From) is { } wait)
            return new MessageDecision.Refuse(Refusals.TooFast(wait), RefusalReason.SendingRate);
        if (loops.Refusal(message, recipients) is var (error, reason))
            return new MessageDecision.Refuse(error, reason);
        var (untilMore, charges) = quota.Take(message.From, [.. recipients.Select(recipient => recipient.Address)]);
        return untilMore is { } rest
            ? new MessageDecision.Refuse(Refusals.TooMany(rest), RefusalReason.SendingQuota)
            : new MessageDecision.Accept(addresses.MailAddressOf(message.From), recipients, line.Draft, charges) { Corrects = line.Corrects };
    }

    /// <summary>What was accepted could not be stored.</summary>
    public void Forget(MessageDecision.Accept accept) => quota.Forget(accept.Charges);
}

public abstract record MessageDecision
{
    private MessageDecision()
    {
    }

    public sealed record Accept(EmailAddress From, IReadOnlyList<DraftRecipient> Recipients, DraftLine Line, IReadOnlyList<DayCharge> Charges) : MessageDecision
    {
        /// <summary>The id of the message that the line takes the place of.</summary>
        public string? Corrects { get; init; }
    }

    public sealed record TakeBack(TakenBack Message) : MessageDecision;

    /// <param name="Reason">For the metrics, where a limit was met.</param>
    public sealed record Refuse(StanzaError Error, RefusalReason? Reason = null) : MessageDecision;

    public sealed record Ignore : MessageDecision;
}
