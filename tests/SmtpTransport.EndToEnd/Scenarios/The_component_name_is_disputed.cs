using System.Net;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class The_component_name_is_disputed(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    [Test]
    public async Task A_wrong_secret_leaves_the_gateway_running_and_not_ready()
    {
        var gateway = NewGateway(configuration =>
        {
            configuration["Xmpp:Secret"] = "wrong";
            configuration["Xmpp:ReconnectGrace"] = "00:00:01";
        });
        gateway.Launch();
        await gateway.UnreadyAsync();

        var user = await NewUserAsync();
        Reply reply = new(0, []);
        await Patience.UntilAsync("mail is put off", async () =>
            (reply = await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, user, Text.Mail(Bob, user, "Hi", "early"))).Code == 451);

        Assert.That(reply.Text, Does.Contain("4.4.3"));
        Assert.That(await gateway.StatusAsync("/healthz"), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await gateway.PageAsync("/readyz"), Does.Contain("component").IgnoreCase);
        await Patience.UntilAsync("the log says why", () => gateway.Log.Contains("not-authorized", StringComparison.Ordinal));
        Assert.That(gateway.Log, Does.Not.Contain("wrong"), "No secret is ever logged.");
    }

    [Test]
    public async Task A_name_that_somebody_else_holds_is_waited_for()
    {
        Assume.That(Kind, Is.EqualTo(ServerKind.Prosody), "ejabberd lets several components share a name");
        using var other = await RawComponent.BindAsync(Slot);
        var gateway = NewGateway();

        gateway.Launch();
        await gateway.UnreadyAsync();
        await Patience.UntilAsync("the log says why", () => gateway.Log.Contains("conflict", StringComparison.Ordinal));
        other.Dispose();

        await Patience.UntilAsync("the gateway has the name", async () => await gateway.StatusAsync("/readyz") == HttpStatusCode.OK, TimeSpan.FromSeconds(100));
    }

    [Test]
    public async Task A_second_gateway_on_the_name_does_not_harm_the_first()
    {
        var first = await StartGatewayAsync();
        var second = NewGateway();
        second.Launch();
        await Patience.UntilAsync("the second gateway answers", async () => await second.StatusAsync("/healthz") == HttpStatusCode.OK);
        var alice = await NewClientAsync();

        // ejabberd spreads its answers over both at random: a verdict that went astray only costs its timeout.
        for (var number = 0; number < 6; number++)
        {
            var reply = await SmtpConversation.MailAsync(first.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "Hi", $"mail {number}."));
            Assert.That(reply.Code, Is.EqualTo(250), reply.Text);
            await alice.MessageAsync($"mail {number}.");
        }

        if (Kind == ServerKind.Prosody)
            Assert.That(await second.StatusAsync("/readyz"), Is.EqualTo(HttpStatusCode.ServiceUnavailable));
    }
}
