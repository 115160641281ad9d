using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.XmppToMail;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RoundTripsTests : IDisposable
{
    private readonly SenderStage stage = new();

    public void Dispose() => stage.Dispose();

    [TestCase(false, "alice@example.org/bot", 0, TestName = "A message of ours that is passed on as it was is refused")]
    [TestCase(true, "alice@example.org/phone", 1, TestName = "What the user wrote is the user's to send again")]
    [TestCase(false, "carol@example.org/phone", 1, TestName = "Another user's id is nobody's concern")]
    public async Task Our_own_ids_are_known(bool own, string from, int mails)
    {
        await stage.Store.ExchangedAsync(stage.Store.FromBob("s1") with { Own = own });

        await stage.SayAsync(SenderStage.Message("Hello", "c1", "me%else.test@smtp.example", from, new OriginId("s1")));

        Assert.That(stage.Store.Database.Count("mail"), Is.EqualTo(mails));
        Assert.That(stage.Link.Sent.Select(stanza => stanza.Payload<StanzaError>()!.Condition), Is.EqualTo(mails == 0 ? new[] { "policy-violation" } : []));
    }

    [TestCase("")]
    [TestCase("s2")]
    public async Task An_id_that_is_not_ours_is_fine(string id)
    {
        await stage.SayAsync(SenderStage.Message("Hello", "c1", more: new OriginId(id)));

        Assert.That(stage.Store.Database.Count("mail"), Is.EqualTo(1));
    }
}
