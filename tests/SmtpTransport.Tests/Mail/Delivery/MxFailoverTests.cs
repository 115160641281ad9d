using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Mail.Delivery;

internal sealed class MxFailoverTests : DeliveryFixture
{
    private FakeMx first = null!;
    private FakeMx second = null!;

    [SetUp]
    public void Start()
    {
        first = Mx();
        second = Mx("127.0.0.2", first.Port);
    }

    [Test]
    public async Task The_preferred_host_gets_the_mail()
    {
        var outcome = await SendAsync(ByMx(first, second));
        Assert.That(outcome, Has.Property("Host").EqualTo("mx1.mail.test"));
        Assert.That((first.Mails.Count, second.Connections), Is.EqualTo((1, 0)));
    }

    [TestCase("banner", "554 5.7.1 Not you")]
    [TestCase("banner", "421 4.3.2 Too busy")]
    [TestCase("banner", "421")]
    [TestCase("mail", "421 4.3.2 Too busy")]
    [TestCase("rcpt", "421 4.3.2 Too busy")]
    [TestCase("data", "421 4.3.2 Too busy")]
    [TestCase("eod", "421 4.3.2 Too busy")]
    public async Task The_next_host_is_asked_when_the_first_will_not_talk(string stage, string reply)
    {
        first.When(stage, reply);
        Assert.That(await SendAsync(ByMx(first, second)), Has.Property("Host").EqualTo("mx2.mail.test"));
        Assert.That(second.Mails, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task The_next_host_is_asked_when_EHLO_and_HELO_are_refused()
    {
        first.When("ehlo", "550 5.7.1 Not you").When("helo", "550 5.7.1 Not you");
        Assert.That(await SendAsync(ByMx(first, second)), Has.Property("Host").EqualTo("mx2.mail.test"));
    }

    [TestCase("banner")]
    [TestCase("ehlo")]
    [TestCase("mail")]
    [TestCase("rcpt")]
    [TestCase("data")]
    public async Task The_next_host_is_asked_when_the_first_hangs_up_before_the_content(string stage)
    {
        first.When(stage, hangUp: true);
        Assert.That(await SendAsync(ByMx(first, second)), Has.Property("Host").EqualTo("mx2.mail.test"));
    }

    [Test]
    public async Task The_next_host_is_asked_when_the_first_is_down()
    {
        var sender = ByMx(first, second);
        await first.DisposeAsync();
        Assert.That(await SendAsync(sender), Has.Property("Host").EqualTo("mx2.mail.test"));
    }

    [Test]
    public async Task Only_those_without_an_answer_go_to_the_next_host()
    {
        first.When("rcpt", "550 5.1.1 No such user", match: "bob").When("rcpt", "421 4.3.2 Going down", match: "carol");
        var outcomes = await SendAsync(ByMx(first, second), Bob, Carol);
        Assert.That(Failed(outcomes[0]).Enhanced, Is.EqualTo("5.1.1"));
        IsDelivered(outcomes[1]);
        Assert.That(second.Heard, Has.None.Contains("bob@"));
    }

    [Test]
    public async Task A_temporary_refusal_of_a_recipient_is_no_reason_to_ask_the_next_host()
    {
        first.When("rcpt", "450 4.7.1 Greylisted");
        Deferred(await SendAsync(ByMx(first, second)));
        Assert.That(second.Connections, Is.Zero);
    }

    [Test]
    public async Task When_all_refuse_to_talk_the_last_words_are_kept_and_the_mail_is_deferred()
    {
        first.When("banner", "554 5.7.1 Not you");
        second.When("banner", "554 5.7.1 Nor here");
        Assert.That(Why<DeliveryOutcome.Deferred>(await SendAsync(ByMx(first, second))), Is.EqualTo(
            new DeliveryFailure(new SmtpReply(454, "4.7.1", "Nor here"), "mx2.mail.test")));
    }

    [Test]
    public async Task When_nobody_answers_the_mail_is_deferred()
    {
        var sender = ByMx(first, second);
        await first.DisposeAsync();
        await second.DisposeAsync();
        var reply = Deferred(await SendAsync(sender));
        Assert.That((reply.Code, reply.Enhanced), Is.EqualTo((451, "4.4.1")));
        Assert.That(reply.Text, Does.Contain("mx2.mail.test").And.Contain("ConnectionRefused"));
    }

    [Test]
    public async Task No_further_host_is_dialled_when_the_time_for_it_is_over()
    {
        first.When("banner", "554 5.7.1 Not you");
        Deferred(await SendAsync(ByMx(new SmtpTimeouts { Dialling = TimeSpan.Zero }, first, second)));
        Assert.That(second.Connections, Is.Zero);
    }
}
