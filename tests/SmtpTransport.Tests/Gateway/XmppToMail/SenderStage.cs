using Microsoft.Extensions.Logging.Abstractions;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Gateway.Files;
using SmtpTransport.Gateway.Links;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Storage;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Mail.Fetching;
using SmtpTransport.Tests.Gateway.Storage;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.XmppToMail;

/// <summary>The flow from chat to mail on a real spool: what the stream brings, and a next hop that answers as a test says.</summary>
internal sealed class SenderStage : IDisposable
{
    private static readonly byte[] Key = new byte[32];
    private readonly AddressMap map = AddressMaps.Map();
    private readonly RetryOptions retry;
    private readonly SendingLimits limits;
    private readonly UserCards cards;

    public SenderStage(TimeSpan? holdFor = null, SendingLimits? limits = null)
    {
        Pairs = new PairTraffic(Time);
        retry = new RetryOptions { HoldFor = holdFor ?? TimeSpan.Zero };
        this.limits = limits ?? new SendingLimits();
        Receiver = NewReceiver();
        cards = new UserCards(Link, Time);
    }

    public PairTraffic Pairs { get; }

    public SpoolStage Store { get; } = new();

    public TestTime Time => Store.Time;

    public ISpool Spool => Store.Spool;

    /// <summary>Clients answer; servers have no cards of their users.</summary>
    public FakeLink Link { get; } = new();

    private static ComposerIdentity Identity => new("mx.example.org", Key, new LoopMark(Key));

    public FakeMailSender Sender { get; } = new();

    /// <summary>Where files are looked for.</summary>
    public FakeDns Dns { get; } = new();

    public bool AllowPrivateAddresses { get; set; } = true;

    public long MaxFetchSize { get; init; } = new FetchOptions().MaxFetchSize;

    public Doorbells Doorbells { get; } = new();

    public ReturnPaths ReturnPaths => new(Key, Time);

    public MessageReceiver Receiver { get; private set; }

    public static Stanza Message(
        string body = "Hello", string id = "c1", string to = "bob%mail.test@smtp.example", string from = "alice@example.org/phone", params IPayload?[] more) =>
        Stanza.Message(Jid.Parse(from), Jid.Parse(to), id, "chat", [new Body(body), .. more]);

    /// <summary>Brings a message, and waits until what came of it is on the disk.</summary>
    public async Task SayAsync(Stanza message)
    {
        await Receiver.ReceiveAsync(message, CancellationToken.None);
        await Store.Database.Current.Writer.WriteAsync(_ => { });
    }

    /// <summary>One attempt for everything that is due.</summary>
    public async Task<int> WorkAsync()
    {
        var claimed = await Store.ClaimDraftsAsync(100);
        foreach (var mail in claimed)
            await Delivery().DeliverAsync(mail, CancellationToken.None);
        return claimed.Count;
    }

    public OutgoingDelivery Delivery() => new(Mails(), Gathering());

    public SqlAccounts Accounts => new(Store.Database.Current);

    public ReadReceipts ReadReceipts() => new(new SqlReadReceipts(Store.Database.Current, Time), Accounts, map, Identity, Doorbells, Time, NullLogger<ReadReceipts>.Instance);

    /// <summary>The first message that was answered on the stream itself.</summary>
    public async Task<Stanza> AnsweredAsync()
    {
        for (var sent = 1; ; sent++)
        {
            await Link.Reached(sent);
            if (Link.Sent[sent - 1] is { Kind: StanzaKind.Message } message)
                return message;
        }
    }

    public List<Stanza> Told() => Store.Told(Link);

    /// <summary>Nothing is left but what is on the disk.</summary>
    public void Restart()
    {
        Receiver.Dispose();
        Store.Restart();
        Receiver = NewReceiver();
    }

    public void Dispose()
    {
        Receiver.Dispose();
        Store.Dispose();
    }

    private MailDelivery Mails() => new(
        Spool,
        Composer(),
        Sender,
        ReturnPaths,
        new RetrySchedule(retry, Time),
        new ReportDelivery(new RetrySchedule(retry, Time), TestMeters.Metrics(), NullLogger<ReportDelivery>.Instance),
        new DraftSettling(Spool, Doorbells, Time, NullLogger<DraftSettling>.Instance),
        TestMeters.Metrics(),
        NullLogger<MailDelivery>.Instance);

    private DraftComposer Composer() => new(Spool, new DraftBackground(Store.Correspondence, new SqlContacts(Store.Database.Current), Accounts, cards, Identity, Time));

    private FileGathering Gathering()
    {
        var fetcher = new FileFetcher(new DeliveryOptions { Hostname = "mx.example.org", AllowPrivateAddresses = AllowPrivateAddresses }, Dns, Time);
        var files = new DraftFiles(new FetchOptions { MaxFetchSize = MaxFetchSize }, fetcher, Origins(), Time, NullLogger<DraftFiles>.Instance);
        return new FileGathering(Spool, files, Composer(), TestMeters.Fetches(), Time, NullLogger<FileGathering>.Instance);
    }

    /// <summary>The server has no upload service.</summary>
    private UploadOrigins Origins()
    {
        var link = new FakeLink();
        var service = new UploadService(link, AddressMaps.Options, Time, NullLogger<UploadService>.Instance);
        return new UploadOrigins(new PublicLinkOptions(), service, link, AddressMaps.Options, Time, NullLogger<UploadOrigins>.Instance);
    }

    private MessageReceiver NewReceiver()
    {
        var (bounds, contacts) = (limits, new SqlContacts(Store.Database.Current));
        var policy = new MessagePolicy(
            map, new RecipientReader(map, contacts), new ReactionPolicy(contacts, Store.Correspondence), new SendingRate(bounds, map, Time), new SendingQuota(bounds, map, contacts, new SqlDayCounts(Store.Database.Current), Time), new RoundTrips(Pairs, Store.Correspondence), Time);
        return new MessageReceiver(policy, Spool, Link, retry, Doorbells, TestMeters.Metrics(), Time, NullLogger<MessageReceiver>.Instance);
    }
}
