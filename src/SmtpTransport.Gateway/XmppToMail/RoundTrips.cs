using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>What machines send round and round: our own messages, passed on as they came, and answers that follow too fast.</summary>
public sealed class RoundTrips(PairTraffic pairs, ICorrespondence correspondence)
{
    /// <summary>Null when the message may go; each that is asked about counts as a turn.</summary>
    public (StanzaError Error, RefusalReason Reason)? Refusal(Stanza message, IReadOnlyList<DraftRecipient> recipients)
    {
        if (IsOurs(message))
            return (Refusals.PassedOn, RefusalReason.LoopMark);
        return recipients.Any(recipient => pairs.Say(message.From, recipient.Address, isFromUser: true) != PairState.Fine)
            ? (Refusals.PingPong, RefusalReason.PingPong)
            : null;
    }

    /// <summary>Whoever writes makes an id of his own (XEP-0359 §3.2); a forwarding rule of a server keeps ours.</summary>
    private bool IsOurs(Stanza message) =>
        message.Payload<OriginId>()?.Id is { Length: <= Stanza.MaxId } id && correspondence.ByStanza(message.From.Bare, id) is { Own: false };
}
