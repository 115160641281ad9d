using MimeKit;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.Translation;

/// <summary>Whom the header of a mail names besides its author. Bcc is never looked at: who stands there is not for others to know.</summary>
/// <param name="ReplyTo">Where answers go, if not to the author.</param>
internal sealed record MailParticipants(IReadOnlyList<Participant> To, IReadOnlyList<Participant> Cc, IReadOnlyList<Participant> ReplyTo)
{
    public IReadOnlyList<Participant> Authors { get; private init; } = [];

    /// <summary>Who has the mail, or wrote it, as far as it says.</summary>
    public IEnumerable<Participant> All => Authors.Concat(To).Concat(Cc);

    private const int Max = 500;

    public static MailParticipants Of(MimeMessage mail)
    {
        var authors = Read(mail.From);
        var replyTo = Read(mail.ReplyTo);
        return new MailParticipants(
            Read(mail.To),
            Read(mail.Cc),
            replyTo.Count > 0 && replyTo.All(answered => authors.Any(author => author.Address.Key == answered.Address.Key)) ? [] : replyTo)
        {
            Authors = authors,
        };
    }

    private static List<Participant> Read(InternetAddressList addresses)
    {
        var participants = new List<Participant>();
        var keys = new HashSet<string>();
        foreach (var mailbox in addresses.Mailboxes.Take(Max))
            if (EmailAddress.TryParse(mailbox.Address, out var address) && keys.Add(address.Key))
                participants.Add(new Participant(address, PlainText.OneLine(mailbox.Name ?? "", 80)));
        return participants;
    }
}

/// <param name="Name">Or empty. Its owner chose it: it is never shown without the address.</param>
internal sealed record Participant(EmailAddress Address, string Name)
{
    public override string ToString() =>
        Name.Length == 0 || Name.Equals(Address.ToString(), StringComparison.OrdinalIgnoreCase) ? Address.ToString() : $"{Name} <{Address}>";
}
