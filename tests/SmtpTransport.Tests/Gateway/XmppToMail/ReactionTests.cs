using SmtpTransport.Gateway.Storage;
using SmtpTransport.Tests.Gateway.Storage;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.XmppToMail;

/// <summary>Reactions go by mail to those who have sent one (RFC 9078).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ReactionTests : IDisposable
{
    private readonly SenderStage stage = new(TimeSpan.FromSeconds(10));

    public void Dispose() => stage.Dispose();

    [Test]
    public async Task A_reaction_leaves_at_once_and_names_the_mail_that_it_is_about()
    {
        await ExchangeAsync(understands: true);

        await stage.SayAsync(React("c1", "👍"));
        await stage.WorkAsync();

        Assert.That(stage.Sender.Mails[^1].Text, Does.Contain("\r\nIn-Reply-To: <").And.Contain("\r\nContent-Disposition: reaction\r\n"));
        Assert.That(stage.Store.Correspondence.ByStanza(SpoolStage.Alice, "r1"), Is.Null, "nobody answers a reaction");
        Assert.That(stage.Told().Select(told => told.Payload<DeliveryReceipt>()?.MessageId), Does.Not.Contain("r1"));
    }

    [TestCase(false, "c1", "not-acceptable")]
    [TestCase(true, "unknown", "item-not-found")]
    public async Task What_cannot_go_is_refused_with_friendly_words(bool understands, string target, string condition)
    {
        await ExchangeAsync(understands);

        await stage.SayAsync(React(target, "👍"));

        var error = (await stage.AnsweredAsync()).Payload<StanzaError>()!;
        Assert.That((error.Condition, error.Text), Is.EqualTo((condition, error.Text)));
        Assert.That(error.Text, Does.StartWith("Not sent: ").And.Contains("Write an answer instead."));
        Assert.That(stage.Sender.Mails, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_refused_reaction_is_an_error_on_itself()
    {
        await ExchangeAsync(understands: true);
        stage.Sender.OnRecipient = _ => Support.FakeMailSender.Failed("No such user");

        await stage.SayAsync(React("c1", "👍"));
        await stage.WorkAsync();

        Assert.That(stage.Told().Where(told => told.Type == "error").Select(told => told.Id), Is.EqualTo(new[] { "r1" }));
    }

    private static Stanza React(string target, string emoji) =>
        Stanza.Message(Jid.Parse("alice@example.org/phone"), Jid.Parse("bob%mail.test@smtp.example"), "r1", "chat", new Reactions(target, [emoji]));

    private async Task ExchangeAsync(bool understands)
    {
        await stage.SayAsync(SenderStage.Message());
        stage.Time.Advance(TimeSpan.FromSeconds(11));
        await stage.WorkAsync();
        if (understands)
            await stage.Store.Database.Current.Writer.WriteAsync(session => session.Execute("UPDATE contact SET reacts = 1"));
    }
}
