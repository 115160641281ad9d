using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Bounces;
using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Gateway.Links;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Storage;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Authentication;
using SmtpTransport.Mail.Reputation;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Tests.Gateway.Storage;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.MailToXmpp;

/// <summary>The flow from SMTP to chat on a real spool: what an SMTP session asks, and a link that answers as a test says.</summary>
internal sealed class ReceiverStage : IDisposable
{
    /// <summary>How long a commit waits for the verdict.</summary>
    public static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(50);

    public static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);

    private readonly SqlSecrets secrets;
    private int sessions;

    /// <param name="dmarc">Most tests are about something else than who sent the mail.</param>
    public ReceiverStage(Action<FakeContacts>? contacts = null, AddressOptions? addresses = null, InboundOptions? inbound = null, DmarcMode dmarc = DmarcMode.Off, PublicLinkOptions? links = null, string hostname = "mx.example.org")
    {
        var options = (inbound ?? new InboundOptions()) with { Dmarc = dmarc };
        var authenticator = new MailAuthenticator(options.TrustedSealers, Dns, new ClientNames(Dns, Time), Time, NullLogger<MailAuthenticator>.Instance);
        var served = addresses ?? AddressMaps.Options;
        var map = new AddressMap(served, new FakeAliases());
        contacts?.Invoke(Contacts);
        Pairs = new PairTraffic(Time);
        secrets = new SqlSecrets(Store.Database.Current);
        var metrics = TestMeters.Metrics();
        var schedule = new RetrySchedule(new RetryOptions(), Time);
        var identity = new ReceiverIdentity(hostname, served.Component, secrets.Key("fingerprint"));
        var policy = new RecipientPolicy(map, served, Contacts, Subscriptions);
        var background = new MailBackground(map, Contacts, Store.Correspondence, Accounts, Places, Time);
        var published = new PublicLinks(links ?? new PublicLinkOptions(), secrets.Key("link"), Time);
        var delivery = new StanzaDelivery(Link, background, published, Time, NullLogger<StanzaDelivery>.Instance);
        var settling = new MailSettling(Spool, delivery, policy, schedule, Doorbells, metrics, Time, NullLogger<MailSettling>.Instance);
        var handover = new MailHandover(
            Spool, delivery, policy, new VerdictWait(Link, new VerdictOptions(), Time), settling, Time, NullLogger<MailHandover>.Instance);
        var receiver = new MailReceiver(
            new MailPolicies(
                new ClientPolicy(options, new Blocklists(options.Dnsbl, Dns, Time, NullLogger<Blocklists>.Instance), metrics, Time),
                policy,
                new SenderPolicy(options, Contacts, Pairs, metrics, Time),
                Loops),
            new MailScrutiny(
                new SenderCheck(authenticator, options, identity, metrics, NullLogger<SenderCheck>.Instance),
                new SpamFilter(options, new ClientNames(Dns, Time), metrics, Time, NullLogger<SpamFilter>.Instance)),
            Spool,
            handover,
            identity,
            metrics,
            Time,
            NullLogger<MailReceiver>.Instance);
        var results = new BounceResults(
            Sent, Doorbells, metrics, NullLogger<BounceResults>.Instance);
        Receiver = new BounceReceiver(receiver, ReturnPaths, Sent, map, results, metrics, NullLogger<BounceReceiver>.Instance);
        var files = new FileDelivery(
            Link,
            background,
            Places,
            published,
            new FileSettling(settling, policy, schedule, new FileMetrics(new TestMeters()), NullLogger<FileSettling>.Instance),
            Time,
            NullLogger<FileDelivery>.Instance);
        Worker = new SpooledMailDelivery(Spool, delivery, files, settling, Link, identity);
        LateErrors = new LateErrors(Spool, schedule, Doorbells, metrics, Time, NullLogger<LateErrors>.Instance);
    }

    public SpoolStage Store { get; } = new();

    public TestTime Time => Store.Time;

    public ISpool Spool => Store.Spool;

    public SqlAccounts Accounts => new(Store.Database.Current);

    public LoopMark Loops { get; } = new(new byte[32]);

    public PairTraffic Pairs { get; }

    public FakeDns Dns { get; } = new();

    public ISentMails Sent => new SqlSentMails(Store.Database.Current, Time);

    public ReturnPaths ReturnPaths => new(new byte[32], Time);

    public FakeLink Link { get; } = new();

    /// <summary>Nowhere, unless a test says otherwise.</summary>
    public FakeFilePlaces Places { get; } = new();

    public FakeContacts Contacts { get; } = [];

    public FakeSubscriptions Subscriptions { get; } = new();

    public Doorbells Doorbells { get; } = new();

    public IMailReceiver Receiver { get; }

    public SpooledMailDelivery Worker { get; }

    public LateErrors LateErrors { get; }

    /// <summary>Bodies shown to users so far, each with its user.</summary>
    public IEnumerable<string> Shown => Link.Sent.Select(stanza => $"{stanza.To}: {stanza.Body}");

    /// <summary>A message of alice that left as a mail to bob, or to others; the result is its return path.</summary>
    public async Task<EmailAddress> SentAsync(string stanzaId = "c1", bool wantsReceipt = false, params string[] to)
    {
        var id = await Store.DraftAsync(stanzaId: stanzaId, wantsReceipt: wantsReceipt, to: to);
        var draft = (await Store.ClaimDraftsAsync()).Single();
        await Spool.StoreComposedAsync(id, TestContent.Of("From: alice@example.org\r\n\r\nHello\r\n"u8.ToArray()), $"{id}@example.org", []);
        await Spool.SettleAsync(id, [.. draft.Recipients.Select(recipient => new Settlement.Delivered(recipient.Id))], []);
        return ReturnPaths.For(id, Time.GetUtcNow(), "example.org");
    }

    /// <summary>A mail with the null sender.</summary>
    public Task<MailVerdict> ReturnAsync(MessageContent content, params EmailAddress[] to) =>
        ReceiveAsync(new Envelope(null, [.. to.Select(address => new EnvelopeRecipient(address))]), content);

    public List<Stanza> Told() => Store.Told(Link);

    public Task<MailVerdict> ReceiveAsync(params string[] recipients) => ReceiveAsync(TestContent.Mail(), recipients);

    public Task<MailVerdict> ReceiveAsync(MessageContent content, params string[] recipients) =>
        ReceiveAsync(new Envelope(SpoolStage.Bob, [.. recipients.Select(address => new EnvelopeRecipient(EmailAddress.Parse(address)))]), content);

    public Task<MailVerdict> ReceivePrdrAsync(params string[] recipients) =>
        ReceiveAsync(
            new Envelope(SpoolStage.Bob, [.. recipients.Select(address => new EnvelopeRecipient(EmailAddress.Parse(address)))]) { PerRecipientReplies = true },
            TestContent.Mail());

    public Task<MailVerdict> ReceiveAsync(Envelope envelope, MessageContent content, string client = "192.0.2.1") =>
        Receiver.ReceiveAsync(Client(client), envelope, content, CancellationToken.None).AsTask();

    public async Task<SmtpReply> RcptAsync(
        string recipient, string? sender = "bob@mail.test", string client = "192.0.2.1", bool requireTls = false) => await Receiver.RcptAsync(
        Client(client),
        new Envelope(sender is null ? null : EmailAddress.Parse(sender), []) { RequireTls = requireTls },
        new EnvelopeRecipient(EmailAddress.Parse(recipient)),
        CancellationToken.None);

    public async Task<SmtpReply> MailAsync(string client = "192.0.2.1", long? size = null) => await Receiver.MailAsync(
        Client(client), new Envelope(SpoolStage.Bob, []), size, CancellationToken.None);

    /// <summary>Delivers what is due, as the worker does.</summary>
    public async Task<int> WorkAsync()
    {
        var claimed = await Spool.ClaimAsync(MailDirection.MailToChat, 100, []);
        foreach (var mail in claimed)
            await Worker.DeliverAsync(mail, CancellationToken.None);
        return claimed.Count;
    }

    /// <summary>Until what is recorded in the background is on the disk: the writer works in order.</summary>
    public Task RecordedAsync() => Store.Database.Current.Writer.WriteAsync(_ => { });

    public long Rows(string condition) => Store.Database.Count("recipient", condition);

    public void Dispose() => Store.Dispose();

    private SmtpClient Client(string address = "192.0.2.1") =>
        new(IPAddress.Parse(address), "client.test", "ESMTP") { MailId = $"mail{++sessions}" };
}
