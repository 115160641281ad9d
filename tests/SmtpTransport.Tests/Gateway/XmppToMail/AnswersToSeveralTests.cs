using SmtpTransport.Mail;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.XmppToMail;

/// <summary>What a mail to several goes on with: only with what all of them know.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AnswersToSeveralTests : IDisposable
{
    private readonly SenderStage stage = new();

    public void Dispose() => stage.Dispose();

    [Test]
    public async Task What_was_written_with_one_is_no_matter_of_the_others()
    {
        await ExchangedAsync("s1", "salary@mail.test", "Your salary");

        await stage.SayAsync(ToGateway("To: bob@mail.test, carol@mail.test\n\nHello both"));
        await stage.WorkAsync();

        Assert.That(stage.Sender.Mails.Single().Text, Does.Contain("\r\nSubject: Hello both\r\n").And.Not.Contain("salary").And.Not.Contain("In-Reply-To"));
    }

    [TestCase("To: bob@mail.test, carol@mail.test\n\nFine")]
    [TestCase("To: carol@mail.test\nCc: bob@mail.test\n\nFine")]
    [TestCase("To: bob@mail.test\nBcc: carol@mail.test\n\nFine")]
    public async Task An_answer_to_all_goes_on_with_the_mail_that_they_have(string body)
    {
        await ExchangedAsync("s1", "plan@mail.test", "Plan", "carol@mail.test", "alice@example.org");
        await ExchangedAsync("s2", "between-us@mail.test", "Between us");

        await stage.SayAsync(ToGateway(body));
        await stage.WorkAsync();

        Assert.That(stage.Sender.Mails.Single().Text, Does.Contain("\r\nSubject: Re: Plan\r\n").And.Contain("\r\nIn-Reply-To: <plan@mail.test>\r\n"));
    }

    [Test]
    public async Task A_thread_is_known_in_whichever_order_the_client_names_people()
    {
        await ExchangedAsync("s1", "plan@mail.test", "Plan", "carol@mail.test");
        await ExchangedAsync("s2", "party@mail.test", "Party", "carol@mail.test");

        await stage.SayAsync(ToGateway("Fine", new MessageThread("t-s1"), new ExtendedAddresses([
            new ExtendedAddress("cc", Jid.Parse("carol%mail.test@smtp.example")), new ExtendedAddress("to", Jid.Parse("bob%mail.test@smtp.example"))])));
        await stage.WorkAsync();

        Assert.That(stage.Sender.Mails.Single().Text, Does.Contain("\r\nSubject: Re: Plan\r\n").And.Contain("\r\nIn-Reply-To: <plan@mail.test>\r\n"));
    }

    [Test]
    public async Task Who_writes_to_the_same_people_again_goes_on()
    {
        await stage.SayAsync(ToGateway("To: bob@mail.test\nBcc: carol@mail.test\nSubject: Plan\n\nHello both", id: "c1"));
        await stage.WorkAsync();
        stage.Time.Advance(TimeSpan.FromMinutes(1));

        await stage.SayAsync(ToGateway("To: carol@mail.test, bob@mail.test\n\nAnd another thing", id: "c2"));
        await stage.WorkAsync();

        Assert.That(stage.Sender.Mails[^1].Text, Does.Contain("\r\nSubject: Re: Plan\r\n").And.Contain("\r\nIn-Reply-To: <"));
    }

    private static Stanza ToGateway(string body, params IPayload?[] more) => SenderStage.Message(body, to: "smtp.example", more: more);

    private static Stanza ToGateway(string body, string id) => SenderStage.Message(body, id, "smtp.example");

    private async Task ExchangedAsync(string stanzaId, string messageId, string subject, params string[] others)
    {
        await stage.Store.ExchangedAsync(stage.Store.FromBob(stanzaId) with
        {
            MessageId = messageId,
            Thread = "t-" + stanzaId,
            Subject = subject,
            Others = [.. others.Select(other => EmailAddress.Parse(other).Key)],
        });
        stage.Time.Advance(TimeSpan.FromMinutes(1));
    }
}
