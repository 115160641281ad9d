using System.Net;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Mail;
using SmtpTransport.Tests.Gateway.Storage;

namespace SmtpTransport.Tests.Gateway.MailToXmpp;

/// <summary>What rspamd's verdict does to a mail, over real HTTP.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SpamFilterTests : IDisposable
{
    private readonly FakeRspamd rspamd = new();
    private readonly ReceiverStage stage;

    public SpamFilterTests() => stage = new ReceiverStage(inbound: new InboundOptions { Rspamd = rspamd.Url });

    public void Dispose()
    {
        stage.Dispose();
        rspamd.Dispose();
    }

    [TestCase("reject", "550 5.7.1 This mail looks like spam")]
    [TestCase("discard", "550 5.7.1 This mail looks like spam")]
    [TestCase("greylist", "451 4.7.1 Try again later")]
    [TestCase("soft reject", "451 4.7.1 Try again later")]
    public async Task What_it_refuses_is_refused_in_the_session(string action, string reply)
    {
        rspamd.Answer = $$"""{"action":"{{action}}","score":15.2}""";

        Assert.That((await stage.ReceiveAsync("alice@example.org")).Reply.ToString(), Is.EqualTo(reply));
        Assert.That((stage.Link.Sent.Count, stage.Store.Database.Count("mail")), Is.EqualTo((0, 0L)));
    }

    [TestCase("add header")]
    [TestCase("rewrite subject")]
    public async Task What_it_suspects_is_delivered_with_a_warning(string action)
    {
        rspamd.Answer = $$"""{"action":"{{action}}"}""";

        Assert.That((await stage.ReceiveAsync("alice@example.org")).Reply.Code, Is.EqualTo(250));
        Assert.That(stage.Link.Sent.Single().Body, Is.EqualTo("Plan\n\n[Warning: the spam filter finds this mail suspicious.]\n\nHello"));
    }

    [Test]
    public async Task The_warning_waits_in_the_spool_with_its_mail()
    {
        rspamd.Answer = """{"action":"add header"}""";
        await stage.ReceiveAsync("erin@b.example");
        await stage.RecordedAsync();

        await stage.WorkAsync();

        Assert.That(stage.Link.Sent.Single().Body, Does.Contain("[Warning: the spam filter"));
    }

    [Test]
    public async Task What_it_lets_pass_carries_no_mark()
    {
        await stage.ReceiveAsync("alice@example.org");

        Assert.That(stage.Link.Sent.Single().Body, Is.EqualTo("Plan\n\nHello"));
    }

    [TestCase(200, "certainly not JSON")]
    [TestCase(200, "[]")]
    [TestCase(200, "{}")]
    [TestCase(200, """{"action":"dance"}""")]
    [TestCase(200, """{"action":["reject"],"score":"x"}""")]
    [TestCase(500, """{"action":"reject"}""")]
    [TestCase(403, "")]
    public async Task Whatever_is_no_verdict_lets_the_mail_pass(int status, string answer)
    {
        (rspamd.Status, rspamd.Answer) = (status, answer);

        Assert.That((await stage.ReceiveAsync("alice@example.org")).Reply.Code, Is.EqualTo(250));
    }

    [Test]
    public async Task An_endless_answer_lets_the_mail_pass()
    {
        rspamd.Answer = """{"action":"reject","symbols":" """ + new string('x', 2_000_000) + "\"}";

        Assert.That((await stage.ReceiveAsync("alice@example.org")).Reply.Code, Is.EqualTo(250));
    }

    [Test]
    public async Task While_it_is_down_mail_passes()
    {
        rspamd.Dispose();

        Assert.That((await stage.ReceiveAsync("alice@example.org")).Reply.Code, Is.EqualTo(250));
    }

    [Test]
    public async Task No_answer_within_five_seconds_lets_the_mail_pass()
    {
        rspamd.IsSilent = true;
        var verdict = stage.ReceiveAsync("alice@example.org");

        await stage.Time.Timer(TimeSpan.FromSeconds(5));
        stage.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.That((await verdict).Reply.Code, Is.EqualTo(250));
    }

    [Test]
    public async Task It_is_told_what_SMTP_knows()
    {
        stage.Dns.Ptr("192.0.2.1", "mx.mail.test").Address("mx.mail.test", "192.0.2.1");

        await stage.ReceiveAsync("alice@example.org", "carol@example.org");

        Assert.Multiple(() =>
        {
            Assert.That(rspamd.AskedPath, Is.EqualTo("/checkv2"));
            Assert.That(rspamd.AskedHeaders["IP"], Is.EqualTo("192.0.2.1"));
            Assert.That(rspamd.AskedHeaders["Helo"], Is.EqualTo("client.test"));
            Assert.That(rspamd.AskedHeaders["Hostname"], Is.EqualTo("mx.mail.test"));
            Assert.That(rspamd.AskedHeaders["From"], Is.EqualTo("<bob@mail.test>"));
            Assert.That(rspamd.AskedHeaders["Rcpt"], Does.Contain("<alice@example.org>").And.Contain("<carol@example.org>"));
            Assert.That(rspamd.AskedHeaders["Queue-Id"], Is.EqualTo("mail1"));
            Assert.That(rspamd.AskedBody, Does.StartWith("From: Bob <bob@mail.test>\r\n").And.EndWith("Hello\r\n"));
        });
    }

    [Test]
    public async Task Its_words_are_passed_on_as_one_plain_line()
    {
        rspamd.Answer = """{"action":"reject","messages":{"smtp_message":"Gtube\r\n250 pattern"}}""";

        Assert.That((await stage.ReceiveAsync("alice@example.org")).Reply.ToString(), Is.EqualTo("550 5.7.1 Gtube 250 pattern"));
    }

    [Test]
    public async Task A_trusted_client_is_warned_about_and_not_refused()
    {
        using var trusting = new ReceiverStage(inbound: new InboundOptions { Rspamd = rspamd.Url, TrustedNetworks = [IPNetwork.Parse("192.0.2.0/24")] });
        rspamd.Answer = """{"action":"reject"}""";
        var envelope = new Envelope(SpoolStage.Bob, [new EnvelopeRecipient(EmailAddress.Parse("alice@example.org"))]);

        Assert.That((await trusting.ReceiveAsync(envelope, TestContent.Mail())).Reply.Code, Is.EqualTo(250));
        Assert.That(trusting.Link.Sent.Single().Body, Does.Contain("[Warning: "));
    }
}
