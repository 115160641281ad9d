using System.Collections.Frozen;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Failures;

/// <summary>The one table between SMTP replies and stanza errors.</summary>
public static class FailureMap
{
    // RFC 6120 §8.3.3 conditions. Temporary and permanent code, the subject and detail of RFC 3463 §3, and what is said.
    // The text tells nothing about whether the user exists: servers answer alike for unknown, blocked and switched off.
    private static readonly FrozenDictionary<string, Row> ByCondition = new Dictionary<string, Row>
    {
        ["service-unavailable"] = new(450, 550, "1.1", "Mailbox unavailable"),
        ["item-not-found"] = new(450, 550, "1.1", "Mailbox unavailable"),
        ["recipient-unavailable"] = new(450, 550, "2.1", "Recipient is not available"),
        ["resource-constraint"] = new(452, 552, "2.2", "Recipient cannot take more messages"),
        ["forbidden"] = NotPermitted,
        ["not-allowed"] = NotPermitted,
        ["policy-violation"] = NotPermitted,
        ["not-authorized"] = NotPermitted,
        ["subscription-required"] = NotPermitted,
        ["registration-required"] = NotPermitted,
        ["payment-required"] = NotPermitted,
        ["not-acceptable"] = NotUnderstood,
        ["bad-request"] = NotUnderstood,
        ["unexpected-request"] = NotUnderstood,
        ["feature-not-implemented"] = NotUnderstood,
        ["jid-malformed"] = new(450, 553, "1.3", "Recipient address is not valid"),
        ["gone"] = Moved,
        ["redirect"] = Moved,
        ["remote-server-not-found"] = new(450, 550, "1.2", "Recipient's XMPP server was not found"),
        ["remote-server-timeout"] = new(451, 550, "4.1", "Recipient's XMPP server does not answer"),
        ["conflict"] = Trouble,
        ["internal-server-error"] = Trouble,
        ["undefined-condition"] = Trouble,
    }.ToFrozenDictionary();

    // RFC 3463 subject and detail of a failed mail. Where a reply has no enhanced code, its basic code decides.
    private static readonly FrozenDictionary<string, (StanzaErrorType Type, string Condition)> ByStatus =
        new Dictionary<string, (StanzaErrorType, string)>
        {
            ["1.0"] = (StanzaErrorType.Cancel, "item-not-found"),
            ["1.1"] = (StanzaErrorType.Cancel, "item-not-found"),
            ["1.6"] = (StanzaErrorType.Cancel, "item-not-found"),
            ["1.10"] = (StanzaErrorType.Cancel, "item-not-found"),
            ["2.1"] = (StanzaErrorType.Cancel, "item-not-found"),
            ["1.2"] = (StanzaErrorType.Cancel, "remote-server-not-found"),
            ["4.4"] = (StanzaErrorType.Cancel, "remote-server-not-found"),
            ["4.6"] = (StanzaErrorType.Cancel, "remote-server-not-found"),
            ["1.3"] = (StanzaErrorType.Modify, "jid-malformed"),
            ["2.2"] = (StanzaErrorType.Wait, "resource-constraint"),
            ["2.3"] = (StanzaErrorType.Modify, "policy-violation"),
            ["3.4"] = (StanzaErrorType.Modify, "policy-violation"),
            ["4.1"] = TimedOut,
            ["4.7"] = TimedOut,
        }.ToFrozenDictionary();

    private static readonly FrozenDictionary<int, (StanzaErrorType Type, string Condition)> ByCode =
        new Dictionary<int, (StanzaErrorType, string)>
        {
            [501] = (StanzaErrorType.Modify, "jid-malformed"),
            [521] = (StanzaErrorType.Cancel, "remote-server-not-found"),
            [550] = (StanzaErrorType.Cancel, "item-not-found"),
            [551] = (StanzaErrorType.Cancel, "item-not-found"),
            [552] = (StanzaErrorType.Wait, "resource-constraint"),
            [553] = (StanzaErrorType.Modify, "jid-malformed"),
            [556] = (StanzaErrorType.Cancel, "remote-server-not-found"),
        }.ToFrozenDictionary();

    private static readonly string[] ContentWords = ["content", "spam", "virus", "malware"];

    private static Row NotPermitted => new(450, 550, "7.1", "Recipient does not accept this message");

    private static Row NotUnderstood => new(451, 554, "6.0", "Message could not be translated");

    private static Row Moved => new(450, 551, "1.6", "Recipient has moved");

    private static Row Trouble => new(451, 554, "3.0", "Recipient's XMPP server has trouble");

    private static (StanzaErrorType, string) TimedOut => (StanzaErrorType.Wait, "remote-server-timeout");

    /// <summary>What the mail's sender is told when the XMPP server refused a message we injected.</summary>
    public static SmtpReply ToReply(StanzaError error)
    {
        var row = ByCondition.GetValueOrDefault(error.Condition, Trouble);

        // The type says whether trying again can help, so it outranks the condition.
        return error.Type is StanzaErrorType.Wait or StanzaErrorType.Continue
            ? new SmtpReply(row.Temporary, "4." + row.Status, row.Text)
            : new SmtpReply(row.Permanent, "5." + row.Status, row.Text);
    }

    /// <summary>A failure "for now" that has lasted until we gave up (RFC 3463 §3.5: 4.7, delivery time expired).</summary>
    public static DeliveryFailure Expired(DeliveryFailure last) =>
        new(new SmtpReply(550, "5.4.7", $"Gave up after trying for a long time; the last answer was: {last}"));

    /// <summary>What the message's sender is told when a mail could not be delivered; the text carries the remote words.</summary>
    public static StanzaError ToStanzaError(DeliveryFailure failure)
    {
        var (type, condition) = Condition(failure.Reply);
        return new StanzaError(type, condition, PlainText.OneLine(failure.ToString(), 500));
    }

    private static (StanzaErrorType Type, string Condition) Condition(SmtpReply reply)
    {
        var status = reply.Enhanced.Length > 2 ? reply.Enhanced[2..] : "0.0";
        if (reply.Code == 556)
        {
            // RFC 7505 §4.1: a null MX answers 5.1.10, which elsewhere speaks of a mailbox.
            return ByCode[556];
        }

        if (reply.IsTransient && status is not "2.2")
        {
            return TimedOut;
        }

        if (ByStatus.TryGetValue(IsUnknownToExchange(status, reply.Text) ? "1.1" : status, out var found))
        {
            return found;
        }

        return status[0] switch
        {
            '7' or '0' when SpeaksOfContent(reply.Text) => (StanzaErrorType.Modify, "policy-violation"),
            '7' => (StanzaErrorType.Auth, "forbidden"),
            '6' => (StanzaErrorType.Modify, "not-acceptable"),
            '5' when reply.Code == 501 => ByCode[501],
            _ => status == "0.0" && ByCode.TryGetValue(reply.Code, out found)
                ? found
                : (StanzaErrorType.Cancel, "undefined-condition"),
        };
    }

    /// <summary>Exchange Online says 5.4.1 (no answer from the host) of mailboxes that it does not have.</summary>
    private static bool IsUnknownToExchange(string status, string text) =>
        status == "4.1" && text.Contains("recipient address rejected", StringComparison.OrdinalIgnoreCase);

    // RFC 3463 §3.8 has no detail for "this very text": servers say it in words.
    private static bool SpeaksOfContent(string text) =>
        ContentWords.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));

    private sealed record Row(int Temporary, int Permanent, string Status, string Text);
}
