using System.Text;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Storage;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.Storage;

/// <summary>A spool on a real file, with a clock that stands still, and short ways to fill it.</summary>
internal sealed class SpoolStage : IDisposable
{
    private static readonly byte[] Key = new byte[32];
    private int drafts;

    public SpoolStage() => Spool = new SqlSpool(Database.Current, Time);

    public TestTime Time { get; } = new();

    public TestDatabase Database { get; } = new();

    public SqlSpool Spool { get; private set; }

    /// <summary>Of the mails to come.</summary>
    public MailAuthentication Authentication { get; set; } = MailAuthentication.None;

    /// <summary>Of the mails to come: their senders may be told.</summary>
    public bool MayReport { get; set; }

    public SqlReports Reports => new(Database.Current, Time);

    public SqlQueue Queue => new(Database.Current, Time);

    public SqlNotices Notices => new(Database.Current);

    public SqlCorrespondence Correspondence => new(Database.Current);

    public static Jid Alice { get; } = Jid.Parse("alice@example.org");

    public static EmailAddress Bob { get; } = EmailAddress.Parse("bob@mail.test");

    public void Restart() => Spool = new SqlSpool(Database.Reopen(), Time);

    public static MailFingerprint Fingerprint(Jid user, string messageId = "m1@mail.test", string mailId = "mail1") =>
        MailFingerprint.Of(Key, Bob, user, messageId, new byte[32], mailId);

    public Task<AcceptedMail> AcceptAsync(params string[] users) => AcceptAsync("mail1", "m1@mail.test", TestContent.Mail(), users);

    public Task<AcceptedMail> AcceptAsync(string id, string messageId, MessageContent content, params string[] users) =>
        AcceptAsync(id, messageId, content, new Envelope(Bob, [.. users.Select(user => new EnvelopeRecipient(EmailAddress.Parse(user)))]));

    public async Task<AcceptedMail> AcceptAsync(string id, string messageId, MessageContent content, Envelope envelope)
    {
        var recipients = envelope.Recipients;
        var mail = new AcceptedMail(id, envelope, messageId, "Received: test", Time.GetUtcNow())
        {
            Targets = [.. recipients.Select(recipient =>
            {
                var user = Jid.Parse(recipient.Address.ToString());
                return new MailTarget(SpoolId.New(Time), recipient, user, Fingerprint(user, messageId, id));
            })],
            Authentication = Authentication,
            MayReport = MayReport,
        };
        await Spool.AcceptAsync(mail, content, [], [], CancellationToken.None);
        return mail;
    }

    /// <summary>A mail of Bob's, as Alice knows it.</summary>
    public Correspondence FromBob(string stanzaId = "s1") =>
        new(Alice, stanzaId, "mail-" + stanzaId, stanzaId + "@mail.test", Bob, "t1", "Plan", [], Own: false, Time.GetUtcNow());

    public Task ExchangedAsync(Correspondence mail) => Database.Current.Writer.WriteAsync(session => SqlCorrespondence.Insert(session, mail));

    /// <summary>What users are to be told beside mail, and hear whose clients answer as the link says.</summary>
    public List<Stanza> Told(FakeLink link) =>
    [
        .. Notices.Waiting(100)
            .Where(notice => notice.UnlessOnline is not { } client || link.OnQuery(Stanza.Iq(AddressMaps.Options.Component, client, "probe", "get", new Ping()))?.Type != "result")
            .Select(notice => notice.Stanza!),
    ];

    /// <param name="reportFor">So long its sender is told of a late refusal.</param>
    public Settlement.Taken Taken(AcceptedMail mail, int target = 0, string stanzaId = "s1", TimeSpan? reportFor = null) => new(
        mail.Targets[target].RecipientId,
        Time.GetUtcNow(),
        Time.GetUtcNow() + TimeSpan.FromSeconds(3),
        "Bob",
        [new Correspondence(mail.Targets[target].User, stanzaId, mail.Id, mail.MessageId, Bob, "t1", "Plan", [], Own: false, Time.GetUtcNow())])
    {
        ReportUntil = Time.GetUtcNow() + reportFor,
    };

    /// <summary>Leaves it to the worker, as a session does that has no verdict.</summary>
    public Task ReleaseAsync(AcceptedMail mail) =>
        Spool.SettleAsync(mail.Id, [.. mail.Targets.Select(target => new Settlement.Released(target.RecipientId, Time.GetUtcNow()))], []);

    public async Task<string> DraftAsync(string body = "Hello", TimeSpan hold = default, string stanzaId = "c1", bool wantsReceipt = false, params string[] to)
    {
        var id = $"draft{++drafts}";
        var now = Time.GetUtcNow();
        var line = new DraftLine(stanzaId, Jid.Parse("alice@example.org/phone"), Jid.Parse("bob%mail.test@smtp.example"), body, null, null, null, wantsReceipt, now);
        await Spool.AcceptAsync(new AcceptedDraft(id, EmailAddress.Parse("alice@example.org"), [.. to.DefaultIfEmpty("bob@mail.test").Select(address => new DraftRecipient(EmailAddress.Parse(address), ContactForm.Percent))], line, now + hold, now));
        return id;
    }

    public Task<IReadOnlyList<ClaimedMail>> ClaimMailsAsync(int limit = 10) => Spool.ClaimAsync(MailDirection.MailToChat, limit, []);

    public Task<IReadOnlyList<ClaimedMail>> ClaimDraftsAsync(int limit = 10) => Spool.ClaimAsync(MailDirection.ChatToMail, limit, []);

    public string Body(long bodyId)
    {
        using var stream = Spool.OpenBody(bodyId);
        using var octets = new MemoryStream();
        stream.CopyTo(octets);
        return Encoding.UTF8.GetString(octets.ToArray());
    }

    public async Task SweepAsync()
    {
        while (await Spool.SweepAsync())
        {
        }
    }

    public void Dispose() => Database.Dispose();
}
