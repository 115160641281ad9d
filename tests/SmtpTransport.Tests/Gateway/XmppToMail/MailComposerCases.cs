using System.Text;
using System.Xml.Linq;
using MimeKit;
using SmtpTransport.Gateway.Accounts;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Gateway.Files;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Fetching;
using SmtpTransport.Tests.Support;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.XmppToMail;

/// <summary>
/// Each <c>.xml</c> in <c>Cases/XmppToMail</c> becomes the mail in the <c>.eml</c> beside it: one message, or a
/// <c>mail</c> of several that were written shortly after each other, with what is known beside them in its attributes: the name on
/// the author's card, <c>read-receipts</c> for whoever wants them, <c>recent</c> when Bob and Alice have just exchanged the mails below.
/// </summary>
internal sealed class MailComposerCases
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 15, 0, 0, TimeSpan.Zero);
    private static readonly EmailAddress Bob = EmailAddress.Parse("bob@mail.test");
    private static readonly Jid Alice = new("alice", "example.org", "");

    private static readonly FakeContacts Contacts = new() { [(Alice, Bob.Key)] = new Contact("bob", ContactForm.Percent, "Bob Builder", Heard: true, Written: true) { Reacts = true } };

    private static readonly ComposerIdentity Identity = new("gw.example", new byte[32], new LoopMark(new byte[32]));

    /// <summary>What Bob wrote, and what Alice answered.</summary>
    private static Correspondence[] Exchanged(DateTimeOffset at) =>
    [
        new(Alice, "m0", "q0", "parent@mail.test", Bob, "t1", "Plan for Friday", ["root@mail.test"], Own: false, at) { ReceiptTo = Bob, Others = ["carol@mail.test"] },
        new(Alice, "own0", "q00", "own@example.org", Bob, "t1", "Plan for Friday", ["root@mail.test", "parent@mail.test"], Own: true, at.AddHours(1)),
    ];

    private static IEnumerable<TestCaseData> Messages => TestCases.In("XmppToMail", ".xml");

    [TestCaseSource(nameof(Messages))]
    public async Task A_message_becomes_a_mail(string file)
    {
        var root = XElement.Load(file, LoadOptions.PreserveWhitespace);
        var messages = (root.Name.LocalName == "mail" ? root.Elements() : [root]).Select(element => Stanza.Parse(element)!).ToList();

        using var mail = messages is [var only] && only.Payload<Displayed>() is { } displayed ? Receipt(displayed) : await ComposeAsync(root, messages);

        TestCases.Compare(file, ".eml", Encoding.UTF8.GetString(MailComposer.ToBytes(mail)));
    }

    private static async Task<MimeMessage> ComposeAsync(XElement about, IReadOnlyList<Stanza> messages)
    {
        var exchanged = new FakeCorrespondence(Exchanged(about.Attribute("recent") is null ? Now.AddDays(-30) : Now.AddHours(-2)));
        var lines = new List<DraftLine>();
        MessageDecision.Accept? accepted = null;
        foreach (var message in messages)
        {
            var decision = Policy(exchanged).Decide(message);
            Assert.That(decision, Is.TypeOf<MessageDecision.Accept>(), decision.ToString());
            accepted = (MessageDecision.Accept)decision;
            var first = lines.FindIndex(line => line.StanzaId == accepted.Corrects);
            if (first >= 0)
                lines[first] = accepted.Line;
            else
                lines.Add(accepted.Corrects is { } sent ? accepted.Line.Following(sent) : accepted.Line);
        }

        var mail = new ClaimedMail("q1", MailDirection.ChatToMail, Now)
        {
            MessageId = "",
            ReversePath = accepted!.From,
            BodyId = null,
            Recipients = [.. accepted.Recipients.Select(recipient => new ClaimedRecipient(0, recipient.Address, default, 1, null) { Role = recipient.Role })],
        };
        var context = await Background(about, exchanged).ContextOfAsync(mail, lines);
        return MailComposer.Compose(lines, context with
        {
            MessageId = "m1@example.org",
            LoopMark = null,
            Files = [.. lines.SelectMany(line => line.Files).Where(file => !file.Url.Contains("missing", StringComparison.Ordinal)).Select(Fetched)],
        });
    }

    private static DraftBackground Background(XElement about, FakeCorrespondence exchanged)
    {
        var link = new FakeLink { OnQuery = iq => iq.Result(iq.Payload<VCardTemp>() is null ? null : new VCardTemp { FullName = (string?)about.Attribute("name") ?? "Alice" }) };
        var preferences = new AccountPreferences { AskForReadReceipts = about.Attribute("read-receipts") is not null };
        return new DraftBackground(exchanged, Contacts, new SameForAll(preferences), new UserCards(link, new TestTime()), Identity, TimeAt(Now));
    }

    private static AttachedFile Fetched(SharedFile file)
    {
        var fetched = new FetchedFile(TestContent.Of("octets"), default);
        var name = FileNames.Of(file, fetched);
        return new AttachedFile(file.Url, name, FileNames.TypeOf(file, fetched, name), fetched.Content);
    }

    private static MimeMessage Receipt(Displayed displayed)
    {
        var mail = Exchanged(Now).Single(mail => mail.StanzaId == displayed.MessageId);
        return new ReadReceiptMail(EmailAddress.Parse("alice@example.org"), mail.ReceiptTo!.Value, mail.MessageId, mail.Subject, "m1@example.org", "gw.example", Now).Compose();
    }

    private static MessagePolicy Policy(FakeCorrespondence exchanged)
    {
        var (map, time, limits) = (AddressMaps.Map(), TimeAt(Now), new SendingLimits { MessagesPerHour = 0, RecipientsPerDay = 0, NewRecipientsPerDay = 0 });
        return new MessagePolicy(
            map, new RecipientReader(map, Contacts), new ReactionPolicy(Contacts, exchanged), new SendingRate(limits, map, time), new SendingQuota(limits, map, Contacts, null!, time), new RoundTrips(new PairTraffic(time), exchanged), time);
    }

    private static TestTime TimeAt(DateTimeOffset now)
    {
        var time = new TestTime();
        time.Jump(now - time.GetUtcNow());
        return time;
    }

    private sealed class SameForAll(AccountPreferences preferences) : IAccounts
    {
        public AccountPreferences Preferences(Jid user) => preferences;

        public Task StoreAsync(Jid user, AccountPreferences preferences) => throw new NotSupportedException();
    }
}
