using System.Text;
using System.Xml.Linq;
using MimeKit;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Gateway.Files;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Fetching;
using SmtpTransport.Tests.Support;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.XmppToMail;

/// <summary>
/// Each <c>.xml</c> in <c>Cases/XmppToMail</c> becomes the mail in the <c>.eml</c> beside it: one message, or a
/// <c>mail</c> of several that were written shortly after each other, with what is known beside them in its attributes.
/// </summary>
internal sealed class MailComposerCases
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 15, 0, 0, TimeSpan.Zero);
    private static readonly EmailAddress Bob = EmailAddress.Parse("bob@mail.test");
    private static readonly Jid Alice = new("alice", "example.org", "");

    /// <summary>What Bob wrote, and what Alice answered.</summary>
    private static readonly Correspondence[] Exchanged =
    [
        new(Alice, "m0", "q0", "parent@mail.test", Bob, "t1", "Plan for Friday", ["root@mail.test"], Own: false, Now.AddHours(-5)) { ReceiptTo = Bob },
        new(Alice, "own0", "q00", "own@example.org", Bob, "t1", "Plan for Friday", ["root@mail.test", "parent@mail.test"], Own: true, Now.AddHours(-4)),
    ];

    private static IEnumerable<TestCaseData> Messages => TestCases.In("XmppToMail", ".xml");

    [TestCaseSource(nameof(Messages))]
    public void A_message_becomes_a_mail(string file)
    {
        var root = XElement.Load(file, LoadOptions.PreserveWhitespace);
        var messages = (root.Name.LocalName == "mail" ? root.Elements() : [root]).Select(element => Stanza.Parse(element)!).ToList();

        using var mail = messages is [var only] && only.Payload<Displayed>() is { } displayed ? Receipt(displayed) : Compose(root, messages);

        TestCases.Compare(file, ".eml", Encoding.UTF8.GetString(MailComposer.ToBytes(mail)));
    }

    private static MimeMessage Compose(XElement about, IReadOnlyList<Stanza> messages)
    {
        var lines = new List<DraftLine>();
        MessageDecision.Accept? accepted = null;
        foreach (var message in messages)
        {
            var decision = Policy().Decide(message);
            Assert.That(decision, Is.TypeOf<MessageDecision.Accept>(), decision.ToString());
            accepted = (MessageDecision.Accept)decision;
            var first = lines.FindIndex(line => line.StanzaId == accepted.Corrects);
            if (first >= 0)
                lines[first] = accepted.Line;
            else
                lines.Add(accepted.Corrects is { } sent ? accepted.Line.Following(sent) : accepted.Line);
        }

        var answered = lines.Select(line => Exchanged.FirstOrDefault(mail => mail.StanzaId == line.ReplyToId)).FirstOrDefault(mail => mail is not null);
        return MailComposer.Compose(lines, new ComposeContext
        {
            From = accepted!.From,
            To = In(accepted, RecipientRole.To),
            Cc = In(accepted, RecipientRole.Cc),
            User = accepted.Line.Sender.Bare,
            MessageId = "m1@example.org",
            DisplayName = (string?)about.Attribute("name") ?? "Alice",
            ConversationSubject = answered?.Subject ?? (lines.Exists(line => line.Thread is not null) ? "Plan for Friday" : null),
            InReplyTo = answered?.MessageId,
            References = answered?.References ?? [],
            Quotation = Quotation.Of(
                lines.Select(line => line.Quoted).FirstOrDefault(quoted => quoted is not null),
                answered is null ? null : Quotation.By(answered.Own ? "Alice <alice@example.org>" : "Bob Builder <bob@mail.test>", answered.At),
                answered is { Own: false } ? answered.Subject : null),
            WantsReadReceipt = lines.Exists(line => line.IsMarkable) && about.Attribute("read-receipts") is not null,
            Files = [.. lines.SelectMany(line => line.Files).Where(file => !file.Url.Contains("missing", StringComparison.Ordinal)).Select(Fetched)],
            Hostname = "gw.example",
            MailId = "q1",
            Now = Now,
        });
    }

    private static AttachedFile Fetched(SharedFile file)
    {
        var fetched = new FetchedFile(TestContent.Of("octets"), default);
        var name = FileNames.Of(file, fetched);
        return new AttachedFile(file.Url, name, FileNames.TypeOf(file, fetched, name), fetched.Content);
    }

    private static MimeMessage Receipt(Displayed displayed)
    {
        var mail = Exchanged.Single(mail => mail.StanzaId == displayed.MessageId);
        return new ReadReceiptMail(EmailAddress.Parse("alice@example.org"), mail.ReceiptTo!.Value, mail.MessageId, mail.Subject, "m1@example.org", "gw.example", Now).Compose();
    }

    private static MessagePolicy Policy()
    {
        var (map, time, limits) = (AddressMaps.Map(), new TestTime(), new SendingLimits { MessagesPerHour = 0, RecipientsPerDay = 0, NewRecipientsPerDay = 0 });
        time.Jump(Now - time.GetUtcNow());
        var contacts = new FakeContacts { [(Alice, Bob.Key)] = new Contact("bob", ContactForm.Percent, "Bob Builder", Heard: true, Written: true) { Reacts = true } };
        return new MessagePolicy(
            map, new RecipientReader(map, contacts), new ReactionPolicy(contacts, new FakeCorrespondence(Exchanged)), new SendingRate(limits, map, time), new SendingQuota(limits, map, contacts, null!, time), new RoundTrips(new PairTraffic(time), new FakeCorrespondence(Exchanged)), time);
    }

    private static List<EmailAddress> In(MessageDecision.Accept accepted, RecipientRole role) =>
        [.. accepted.Recipients.Where(recipient => recipient.Role == role).Select(recipient => recipient.Address)];
}
