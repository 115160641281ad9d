using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>Which messages may become mail, and to whom.</summary>
public sealed class MessagePolicy(AddressMap addresses, IContacts contacts, SendingRate rate, SendingQuota quota, PairTraffic pairs, TimeProvider time)
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
            return new MessageDecision.TakeBack(new TakenBack(message.From.Bare, message.To.Bare, back.StanzaId));
        return addresses.Contact(message.To) switch
        {
            ContactLookup.OwnUser own => new MessageDecision.Refuse(Refusals.OwnDomain(own.User)),
            ContactLookup.Invalid invalid => new MessageDecision.Refuse(Refusals.BadAddress(invalid.Why)),
            ContactLookup.Gateway => new MessageDecision.Refuse(Refusals.NoRecipient(message.To)),
            ContactLookup.Mailbox mailbox => Decide(message, mailbox, reading),
            _ => throw new InvalidOperationException($"No rule for {message.To}"),
        };
    }

    private MessageDecision Decide(Stanza message, ContactLookup.Mailbox mailbox, MessageReading reading)
    {
        if (reading is not MessageReading.Line line)
            return new MessageDecision.Refuse(((MessageReading.Refused)reading).Error);
        if (rate.Take(message.From) is { } wait)
            return new MessageDecision.Refuse(Refusals.TooFast(wait), RefusalReason.SendingRate);
        if (pairs.Say(message.From, mailbox.Address, isFromUser: true) != PairState.Fine)
            return new MessageDecision.Refuse(Refusals.PingPong, RefusalReason.PingPong);
        var (untilMore, charges) = quota.Take(message.From, mailbox.Address);
        if (untilMore is { } rest)
            return new MessageDecision.Refuse(Refusals.TooMany(rest), RefusalReason.SendingQuota);
        var spelling = contacts.Find(message.From, mailbox.Address)?.Spelling ?? mailbox.Address.Local;
        return new MessageDecision.Accept(addresses.MailAddressOf(message.From), mailbox.Address with { Local = spelling }, mailbox.Form, line.Draft, charges) { Corrects = line.Corrects };
    }
}

public abstract record MessageDecision
{
    private MessageDecision()
    {
    }

    /// <param name="To">Spelled as it is to be sent.</param>
    public sealed record Accept(EmailAddress From, EmailAddress To, ContactForm Form, DraftLine Line, IReadOnlyList<DayCharge> Charges) : MessageDecision
    {
        /// <summary>The id of the message that the line takes the place of.</summary>
        public string? Corrects { get; init; }
    }

    public sealed record TakeBack(TakenBack Message) : MessageDecision;

    /// <param name="Reason">For the metrics, where a limit was met.</param>
    public sealed record Refuse(StanzaError Error, RefusalReason? Reason = null) : MessageDecision;

    public sealed record Ignore : MessageDecision;
}
