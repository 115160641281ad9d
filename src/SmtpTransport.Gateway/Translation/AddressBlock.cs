using MimeKit;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.Translation;

/// <summary>Who else has a mail and who is to be answered, for clients that understand XEP-0033 and, in words, for all others.</summary>
/// <param name="Words">Lines; empty for a mail to this user alone.</param>
internal sealed record AddressBlock(ExtendedAddresses? Addresses, string Words)
{
    // XEP-0033 §9: a service takes between 20 and 100 of them.
    private const int MaxAddresses = 100;
    private const int MaxLength = 16 * 1024;
    private const int MaxNamed = 5;

    public static AddressBlock Of(MimeMessage mail, MailContext context, bool isList)
    {
        var participants = MailParticipants.Of(mail);
        var noReply = NoReply.Is(mail, participants, context.HasNullSender) || MailingList.Of(mail) is { IsClosed: true };
        List<ExtendedAddress> addresses =
        [
            .. participants.To.Select(to => Address("to", to, context)),
            .. participants.Cc.Select(cc => Address("cc", cc, context)),
        ];

        // Who is named nowhere was told in secret, and it is this user's secret alone; but a list names none of its readers.
        if (!isList && addresses.Count > 0 && !addresses.Exists(address => address.Jid == context.User))
            addresses.Insert(0, new ExtendedAddress("bcc", context.User, Delivered: true));
        var length = 0;
        addresses = [.. addresses.Take(MaxAddresses).TakeWhile(address => (length += LengthOf(address)) < MaxLength), .. participants.ReplyTo.Take(MaxNamed).Select(answered => Address("replyto", answered, context))];
        if (noReply)
            addresses.Add(new ExtendedAddress("noreply"));
        return new AddressBlock(addresses.Count > 0 ? new ExtendedAddresses(addresses) : null, Described(participants, context, noReply));
    }

    private static ExtendedAddress Address(string type, Participant participant, MailContext context)
    {
        var jid = context.JidOf(participant.Address);
        return new ExtendedAddress(
            type,
            jid,
            jid is null ? "mailto:" + participant.Address : null,
            participant.Name.Length > 0 ? participant.Name : null,
            Delivered: true);
    }

    private static int LengthOf(ExtendedAddress address) =>
        60 + (address.Jid?.ToString().Length ?? 0) + (address.Uri?.Length ?? 0) + (address.Description?.Length ?? 0);

    private static string Described(MailParticipants participants, MailContext context, bool noReply)
    {
        var named = participants.To.Concat(participants.Cc).ToList();
        var others = named.Where(other => context.JidOf(other.Address) is var jid && jid != context.User && jid != context.Contact).ToList();
        List<string> lines = [];

        // Of those named beside the user: what came as a blind copy or over a list is the user's own.
        if (others.Count > 0 && named.Exists(other => context.JidOf(other.Address) == context.User))
            lines.Add($"[Also to: {Names(others)}]");
        if (participants.ReplyTo.Count > 0 && participants.ReplyTo.Any(answered => context.JidOf(answered.Address) != context.Contact))
            lines.Add($"[Answers go to: {Names(participants.ReplyTo)}]");
        if (noReply)
            lines.Add("[Automatic mail: nobody reads answers]");
        return string.Join('\n', lines);
    }

    private static string Names(IReadOnlyList<Participant> people) =>
        string.Join(", ", people.Take(MaxNamed)) + (people.Count > MaxNamed ? $" and {people.Count - MaxNamed} more" : "");
}
