using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery;

namespace SmtpTransport.Tests.Mail.Delivery;

internal sealed class OutcomeTests : DeliveryFixture
{
    [Test]
    public async Task A_250_after_the_final_dot_is_delivered()
    {
        var mx = Mx().When("eod", "250 2.0.0 Ok: queued as 4711");
        var outcome = await SendAsync(Relaying(mx));
        Assert.That(outcome, Is.EqualTo(new DeliveryOutcome.Delivered(new SmtpReply(250, "2.0.0", "Ok: queued as 4711"), "127.0.0.1")));
    }

    [Test]
    public async Task Another_2xx_after_the_final_dot_is_delivered_too()
    {
        IsDelivered(await SendAsync(Relaying(Mx().When("eod", "251 2.0.0 Fine"))));
    }

    [Test]
    public async Task A_3xx_after_the_final_dot_is_deferred()
    {
        Assert.That(Deferred(await SendAsync(Relaying(Mx().When("eod", "354 again?")))).Enhanced, Is.EqualTo("4.5.0"));
    }

    [Test]
    public async Task A_2xx_to_DATA_is_no_delivery()
    {
        Assert.That(Deferred(await SendAsync(Relaying(Mx().When("data", "250 2.0.0 Ok")))).Enhanced, Is.EqualTo("4.5.0"));
    }

    [TestCase("450 4.2.1 Later", 450)]
    [TestCase("451 4.7.1 Greylisted", 451)]
    public async Task A_4xx_to_RCPT_defers_that_recipient_alone(string reply, int code)
    {
        var mx = Mx().When("rcpt", reply, match: "bob");
        var outcomes = await SendAsync(Relaying(mx), Bob, Carol);
        Assert.That(Deferred(outcomes[0]).Code, Is.EqualTo(code));
        IsDelivered(outcomes[1]);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_5xx_to_RCPT_fails_that_recipient_alone(bool pipelining)
    {
        var mx = Mx().When("rcpt", "550 5.1.1 No such user", match: "bob");
        mx.Extensions = pipelining ? ["PIPELINING"] : [];
        var outcomes = await SendAsync(Relaying(mx), Bob, Carol);
        Assert.That(Failed(outcomes[0]), Is.EqualTo(new SmtpReply(550, "5.1.1", "No such user")));
        IsDelivered(outcomes[1]);
        Assert.That(mx.Mails, Has.Count.EqualTo(1));
    }

    // RFC 5321 §4.2.3: 252 promises to try, and so takes the recipient.
    [TestCase("251 2.1.5 Will forward")]
    [TestCase("252 2.1.5 Cannot say, but will try")]
    [TestCase("200 Fine")]
    public async Task Any_2xx_to_RCPT_takes_the_recipient(string reply)
    {
        var mx = Mx().When("rcpt", reply);
        IsDelivered(await SendAsync(Relaying(mx)));
        Assert.That(mx.Mails, Has.Count.EqualTo(1));
    }

    [TestCase("rcpt", "354 Go ahead")]
    [TestCase("mail", "354 Go ahead")]
    [TestCase("data", "600 Strange")]
    [TestCase("eod", "100 Strange")]
    [TestCase("eod", "999 Strange")]
    public async Task A_reply_of_no_meaning_defers(string stage, string reply) =>
        Assert.That(Deferred(await SendAsync(Relaying(Mx().When(stage, reply)))).IsTransient);

    [Test]
    public async Task A_552_to_RCPT_counts_as_452()
    {
        var mx = Mx().When("rcpt", "552 5.5.3 Too many recipients", match: "carol");
        var outcomes = await SendAsync(Relaying(mx), Bob, Carol);
        IsDelivered(outcomes[0]);
        Assert.That(Deferred(outcomes[1]), Is.EqualTo(new SmtpReply(452, "4.5.3", "Too many recipients")));
    }

    [TestCase("552 5.2.2 Too much in it", "5.2.2")]
    [TestCase("552 5.2.3 Too large for this mailbox", "5.2.3")]
    [TestCase("552 Mailbox is full", "5.2.2")]
    public async Task A_552_to_RCPT_that_speaks_of_the_mailbox_is_final(string reply, string enhanced)
    {
        var mx = Mx().When("rcpt", reply, match: "carol");
        var outcomes = await SendAsync(Relaying(mx), Bob, Carol);
        IsDelivered(outcomes[0]);
        Assert.That((Failed(outcomes[1]).Code, Failed(outcomes[1]).Enhanced), Is.EqualTo((552, enhanced)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task When_every_RCPT_is_refused_no_content_is_sent(bool pipelining)
    {
        var mx = Mx().When("rcpt", "550 5.1.1 No such user").When("rcpt", "450 4.2.0 Later", match: "carol");
        mx.Extensions = pipelining ? ["PIPELINING"] : [];
        var outcomes = await SendAsync(Relaying(mx), Bob, Carol);
        Assert.That(Failed(outcomes[0]).Code, Is.EqualTo(550));
        Assert.That(Deferred(outcomes[1]).Code, Is.EqualTo(450));
        Assert.That(mx.Count("DATA"), Is.Zero);
    }

    [TestCase("mail")]
    [TestCase("data")]
    [TestCase("eod")]
    public async Task A_4xx_to_the_mail_as_a_whole_defers_all(string stage)
    {
        var mx = Mx().When(stage, "451 4.3.0 Disk trouble");
        var outcomes = await SendAsync(Relaying(mx), Bob, Carol);
        Assert.That(outcomes.Select(Deferred), Is.All.EqualTo(new SmtpReply(451, "4.3.0", "Disk trouble")));
    }

    [TestCase("mail", true)]
    [TestCase("mail", false)]
    [TestCase("data", true)]
    [TestCase("eod", true)]
    public async Task A_5xx_to_the_mail_as_a_whole_fails_all(string stage, bool pipelining)
    {
        var mx = Mx().When(stage, "554 5.7.1 We do not like it").When("rcpt", "503 5.5.1 MAIL first", times: stage == "mail" ? 2 : 0);
        mx.Extensions = pipelining ? ["PIPELINING"] : [];
        var outcomes = await SendAsync(Relaying(mx), Bob, Carol);
        Assert.That(outcomes.Select(Failed), Is.All.EqualTo(new SmtpReply(554, "5.7.1", "We do not like it")));
    }

    [Test]
    public async Task A_refused_RCPT_keeps_its_own_words_when_the_content_is_refused_as_well()
    {
        var mx = Mx().When("rcpt", "550 5.1.1 No such user", match: "bob").When("eod", "554 5.7.1 Spam");
        var outcomes = await SendAsync(Relaying(mx), Bob, Carol);
        Assert.That(outcomes.Select(outcome => Failed(outcome).Enhanced), Is.EqualTo(new[] { "5.1.1", "5.7.1" }));
    }

    [Test]
    public async Task A_530_to_MAIL_fails_with_its_code()
    {
        var mx = Mx().When("mail", "530 5.7.0 Must issue STARTTLS first");
        Assert.That(Failed(await SendAsync(Relaying(mx))), Is.EqualTo(new SmtpReply(530, "5.7.0", "Must issue STARTTLS first")));
    }

    [Test]
    public async Task A_refusal_names_the_host_that_said_it()
    {
        var outcome = await SendAsync(ByMx(Mx().When("rcpt", "550 5.1.1 No such user")));
        Assert.That(Why<DeliveryOutcome.Failed>(outcome).ToString(), Is.EqualTo("550 5.1.1 No such user (mx1.mail.test)"));
    }

    [Test]
    public async Task The_same_recipient_twice_gets_one_RCPT_and_two_outcomes()
    {
        var mx = Mx();
        var outcomes = await SendAsync(Relaying(mx), Bob, Bob);
        Assert.That(outcomes, Has.Count.EqualTo(2).And.All.InstanceOf<DeliveryOutcome.Delivered>());
        Assert.That(mx.Count("RCPT"), Is.EqualTo(1));
    }

    [Test]
    public async Task Content_that_is_no_mail_fails_without_a_connection()
    {
        var mx = Mx();
        Assert.That(Failed(await SendAsync(Relaying(mx), content: "")).Enhanced, Is.EqualTo("5.6.0"));
        Assert.That(mx.Connections, Is.Zero);
    }

    [Test]
    public async Task Each_recipient_has_one_line_in_the_log()
    {
        var mx = Mx().When("rcpt", "550 5.1.1 No such user", match: "bob");
        await SendAsync(Relaying(mx), Bob, Carol);
        Assert.That(Logs.GetSnapshot().Select(line => line.Message), Is.EqualTo(new[]
        {
            "Mail m1 for bob@mail.test failed: 550 5.1.1 No such user (127.0.0.1)",
            "Mail m1 for carol@mail.test delivered to 127.0.0.1: 250 2.0.0 Ok: queued as 1",
        }));
    }
}
