using DnsClient;
using Microsoft.Extensions.Logging.Abstractions;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Dns;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Tests.Gateway.MailToXmpp;
using SmtpTransport.Tests.Gateway.Storage;
using SmtpTransport.Tests.Gateway.XmppToMail;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Tests.Gateway;

/// <summary>Somebody sets the clock: an hour back, or three days forward, and back again.</summary>
internal sealed class ClockJumpTests
{
    private const int Back = -1;
    private const int Forward = 72;

    private static readonly Jid Alice = Jid.Parse("alice@example.org/phone");
    private static readonly EmailAddress Bob = EmailAddress.Parse("bob@mail.test");

    [TestCase(Back)]
    [TestCase(Forward)]
    public async Task A_message_that_waits_is_sent_and_waits_no_longer_than_the_jump(int hours)
    {
        using var stage = new SenderStage();
        stage.Sender.OnRecipient = _ => FakeMailSender.Deferred("busy");
        await stage.SayAsync(SenderStage.Message());
        await stage.WorkAsync();

        Set(stage.Time, hours);
        stage.Sender.OnRecipient = _ => FakeMailSender.Delivered;
        await stage.WorkAsync();

        Assert.That((stage.Sender.Mails.Count, stage.Store.Database.Count("mail"), stage.Told().Count), Is.EqualTo((2, 0, 0)));
    }

    [TestCase(Back)]
    [TestCase(Forward)]
    public async Task The_author_of_a_message_that_cannot_be_sent_is_told(int hours)
    {
        using var stage = new SenderStage();
        stage.Sender.OnRecipient = _ => FakeMailSender.Deferred("busy");
        await stage.SayAsync(SenderStage.Message(id: "c7"));
        await stage.WorkAsync();

        Set(stage.Time, hours);
        for (var hour = 0; hour <= 48 && stage.Told().Count == 0; hour++)
        {
            await stage.WorkAsync();
            stage.Time.Advance(TimeSpan.FromHours(1));
        }

        Assert.That(stage.Told().Select(told => told.Id), Does.Contain("c7"));
        Assert.That(stage.Store.Database.Count("mail"), Is.Zero);
    }

    [TestCase(Back)]
    [TestCase(Forward)]
    public async Task A_mail_that_waits_is_shown_and_waits_no_longer_than_the_jump(int hours)
    {
        using var stage = new ReceiverStage();
        stage.Link.OnMessage = _ => FakeLink.Refusal(StanzaErrorType.Wait, "remote-server-timeout");
        await stage.ReceiveAsync("erin@b.example");
        await stage.RecordedAsync();

        Set(stage.Time, hours);
        stage.Link.OnMessage = _ => new DeliveryVerdict.Taken();
        await stage.WorkAsync();

        Assert.That(stage.Rows("state = 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task What_a_crash_cut_off_goes_on_at_once_though_its_lease_lies_in_the_future()
    {
        using var stage = new SpoolStage();
        await stage.DraftAsync();
        await stage.ClaimDraftsAsync();

        stage.Time.Jump(TimeSpan.FromHours(Back));
        stage.Restart();
        await stage.Spool.RecoverAsync();

        Assert.That(await stage.ClaimDraftsAsync(), Has.Count.EqualTo(1));
    }

    // Forward it is forgotten: a mail whose sender lost our 250 in that moment is shown twice, which is better than never.
    [TestCase(Back, true)]
    [TestCase(Forward, false)]
    public async Task A_mail_that_was_taken_is_remembered_for_a_day(int hours, bool remembered)
    {
        using var stage = new SpoolStage();
        await stage.AcceptAsync("alice@example.org");
        stage.Time.Jump(TimeSpan.FromHours(hours));
        await stage.SweepAsync();
        Assert.That(stage.Spool.IsTaken(SpoolStage.Fingerprint(Alice.Bare)), Is.EqualTo(remembered));
        stage.Time.Advance(TimeSpan.FromHours(25));
        Assert.That(stage.Spool.IsTaken(SpoolStage.Fingerprint(Alice.Bare)), Is.False);
    }

    [TestCase(Back)]
    [TestCase(Forward)]
    public void A_bounce_finds_its_mail_when_the_clock_was_wrong_as_it_left(int hours)
    {
        var time = new TestTime();
        var paths = new ReturnPaths(new byte[32], time);
        time.Jump(TimeSpan.FromHours(hours));
        var path = paths.For("mail1", time.GetUtcNow(), "example.org");
        time.Jump(-TimeSpan.FromHours(hours));
        Assert.That(paths.MailIdOf(path), Is.EqualTo("mail1"));
    }

    [TestCase(Back)]
    [TestCase(Forward)]
    public void An_answer_of_the_DNS_is_kept_as_long_as_it_may_be(int hours)
    {
        var time = new TestTime();
        var cache = new DnsCache(time);
        cache.Keep("mail.test", QueryType.TXT, new DnsAnswer<string>(DnsStatus.Failed, []), response: null);
        time.Jump(TimeSpan.FromHours(hours));
        Assert.That(cache.Find<string>("mail.test", QueryType.TXT), Is.Not.Null);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.That(cache.Find<string>("mail.test", QueryType.TXT), Is.Null);
    }

    [TestCase(Back)]
    [TestCase(Forward)]
    public void A_user_who_writes_too_fast_waits_as_long_as_he_was_told(int hours)
    {
        var time = new TestTime();
        var rate = new SendingRate(new SendingLimits { MessagesPerHour = 60, Burst = 1 }, AddressMaps.Map(), time);
        Assert.That(rate.Take(Alice), Is.Null);
        time.Jump(TimeSpan.FromHours(hours));
        Assert.That(rate.Take(Alice), Is.EqualTo(TimeSpan.FromMinutes(1)));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(rate.Take(Alice), Is.Null);
    }

    [Test]
    public async Task What_was_sent_on_a_day_that_had_not_come_does_not_count_when_it_comes()
    {
        using var stage = new SenderStage(limits: new SendingLimits { RecipientsPerDay = 1 });
        stage.Time.Jump(TimeSpan.FromHours(Forward));
        await stage.SayAsync(SenderStage.Message(id: "ahead"));
        stage.Time.Jump(-TimeSpan.FromHours(Forward));
        await stage.SayAsync(SenderStage.Message(id: "today"));
        stage.Time.Advance(TimeSpan.FromHours(Forward));
        await stage.SayAsync(SenderStage.Message(id: "then"));

        Assert.That(stage.Link.Sent, Is.Empty, "nobody was refused");
        Assert.That(stage.Store.Database.Count("mail"), Is.EqualTo(3));
    }

    [TestCase(Back)]
    [TestCase(Forward)]
    public void A_client_that_asks_too_often_is_heard_again_a_minute_later(int hours)
    {
        var time = new TestTime();
        var count = new MinuteCount<string>(1, time);
        Assert.That((count.Allows("a"), count.Allows("a")), Is.EqualTo((true, false)));
        time.Jump(TimeSpan.FromHours(hours));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.That((count.Allows("a"), count.Allows("a")), Is.EqualTo((true, false)));
    }

    [TestCase(Back)]
    [TestCase(Forward)]
    public void A_pair_that_was_stopped_stays_so_for_its_hour(int hours)
    {
        var time = new TestTime();
        var pairs = new PairTraffic(time);
        for (var i = 0; i < 80; i++)
            pairs.Say(Alice, Bob, i % 2 == 0);
        time.Jump(TimeSpan.FromHours(hours));
        Assert.That(pairs.Say(Alice, Bob, true), Is.EqualTo(PairState.Stopped));
        time.Advance(PairTraffic.Rest);
        Assert.That(pairs.Say(Alice, Bob, true), Is.EqualTo(PairState.Fine));
    }

    [TestCase(Back)]
    [TestCase(Forward)]
    public async Task Delays_are_looked_for_every_minute(int hours)
    {
        var time = new TestTime();
        var reports = new CountedReports();
        using var store = new SpoolStage();
        using var stop = new CancellationTokenSource();
        var running = new SenderReports(
            reports, store.Spool, new ReceiverIdentity("mx.example.org", Jid.Parse("smtp.example"), new byte[32]), new RetryOptions(), new Doorbells(), TestMeters.Metrics(), time, NullLogger<SenderReports>.Instance).RunAsync(stop.Token);
        time.Jump(TimeSpan.FromHours(hours));
        await time.PassAsync(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1));
        await time.Timer(TimeSpan.FromSeconds(1));
        Assert.That(reports.Looks, Is.EqualTo(2));
        await stop.CancelAsync();
        await running;
    }

    /// <summary>And, when it went back, the time comes again.</summary>
    private static void Set(TestTime time, int hours)
    {
        time.Jump(TimeSpan.FromHours(hours));
        time.Advance(TimeSpan.FromHours(Math.Max(0, -hours)) + TimeSpan.FromMinutes(2));
    }

    private sealed class CountedReports : IReports
    {
        public int Looks { get; private set; }

        public IReadOnlyList<string> Ready(int limit) => [];

        public OwedReport? Find(string mailId) => null;

        public Task PayAsync(OwedReport owed, ComposedReport report) => Task.CompletedTask;

        public Task OweDelaysAsync(DateTimeOffset waitingSince, int limit)
        {
            Looks++;
            return Task.CompletedTask;
        }
    }
}
