using SmtpTransport.Tests.Support;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Xmpp.Component;

public sealed class QueryTests : LinkFixture
{
    private static readonly Stanza Question =
        Stanza.Iq(FakeXmppServer.Component, FakeXmppServer.Domain, "q1", "get", new DiscoInfo());

    [Test]
    public async Task A_query_gets_its_answer()
    {
        var server = await BoundAsync();
        var answer = Link.QueryAsync(Question, default);

        var asked = (await server.ReadAsync())!;
        await server.SendAsync(asked.Result(new DiscoInfo { Features = ["urn:xmpp:ping"] }));

        Assert.That((await answer).Payload<DiscoInfo>()!.Features, Is.EqualTo(new[] { "urn:xmpp:ping" }));
    }

    [Test]
    public async Task An_error_is_an_answer_too()
    {
        var server = await BoundAsync();
        var answer = Link.QueryAsync(Question, default);

        await server.SendAsync((await server.ReadAsync())!.Error(new StanzaError(StanzaErrorType.Auth, "forbidden"))!);

        Assert.That((await answer).Payload<StanzaError>()!.Condition, Is.EqualTo("forbidden"));
    }

    [Test]
    public async Task Only_the_one_who_was_asked_can_answer()
    {
        var server = await BoundAsync();
        var answer = Link.QueryAsync(Question, default);
        await server.ReadAsync();

        await server.SendAsync(Stanza.Iq(Alice, FakeXmppServer.Component, "q1", "result", null));

        Assert.That(await Receiver.NextAsync(), Is.EqualTo("up"));
        Assert.That(await Receiver.NextAsync(), Does.StartWith("iq result q1 from alice"));
        Assert.That(answer.IsCompleted, Is.False);
    }

    [Test]
    public async Task A_query_fails_when_the_link_breaks()
    {
        var server = await BoundAsync();
        var answer = Link.QueryAsync(Question, default);
        await server.ReadAsync();

        server.Drop();

        Assert.ThrowsAsync<LinkDownException>(() => answer);
    }

    [Test]
    public void A_query_without_a_link_fails_at_once() =>
        Assert.ThrowsAsync<LinkDownException>(() => Link.QueryAsync(Question, default));
}
