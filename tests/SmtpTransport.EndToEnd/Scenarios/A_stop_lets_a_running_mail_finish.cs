using System.Net;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class A_stop_lets_a_running_mail_finish(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    [Test]
    public async Task Nothing_new_is_taken_and_the_exit_code_is_zero()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        await using var busy = await SmtpConversation.OpenAsync(gateway.SmtpPort);
        await using var idle = await SmtpConversation.OpenAsync(gateway.SmtpPort);
        await busy.SayAsync($"MAIL FROM:<{Bob}>");
        await busy.SayAsync($"RCPT TO:<{alice.BareJid}>");
        await busy.SayAsync("DATA");
        await busy.WriteAsync($"From: {Bob}\r\nSubject: Hi\r\nMessage-ID: <{Text.Unique()}@mail.test>\r\n\r\nhalf a mail, ");

        gateway.Terminate();
        var farewell = await idle.ReadAsync();
        Assert.That(farewell.Code, Is.EqualTo(421), farewell.Text);
        await using var late = await SmtpConversation.ConnectAsync(gateway.SmtpPort);
        var greeting = await late.ReadAsync();
        Assert.That(greeting.Code, Is.EqualTo(421), greeting.Text);
        Assert.That(await gateway.StatusAsync("/readyz"), Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await gateway.PageAsync("/readyz"), Does.Contain("stopping"));
        var reply = await busy.ContentAsync("and the rest");

        Assert.That(reply.Code, Is.EqualTo(250), reply.Text);
        await alice.MessageAsync("half a mail, and the rest");
        Assert.That(await gateway.ExitAsync(), Is.Zero);
    }

    [Test]
    public async Task An_idle_gateway_stops_at_once_and_tells_its_clients()
    {
        var gateway = await StartGatewayAsync();
        await using var idle = await SmtpConversation.OpenAsync(gateway.SmtpPort);

        gateway.Terminate();

        Assert.That((await idle.ReadAsync()).Code, Is.EqualTo(421));
        Assert.That(await idle.IsClosedAsync());
        Assert.That(await gateway.ExitAsync(), Is.Zero);
    }

    [Test]
    public async Task A_mail_that_does_not_end_is_cut_off_after_30_seconds()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        await using var endless = await SmtpConversation.OpenAsync(gateway.SmtpPort);
        await endless.SayAsync($"MAIL FROM:<{Bob}>");
        await endless.SayAsync($"RCPT TO:<{alice.BareJid}>");
        await endless.SayAsync("DATA");
        await endless.WriteAsync($"From: {Bob}\r\nSubject: Hi\r\n\r\nwithout an end");

        gateway.Terminate();

        Assert.That(await gateway.ExitAsync(), Is.Zero);
        Assert.That(await endless.IsClosedAsync());
        Assert.That(alice.Messages, Is.Empty);
    }
}
