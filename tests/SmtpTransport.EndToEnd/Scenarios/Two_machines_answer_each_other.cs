using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class Two_machines_answer_each_other(ServerKind server) : Scenario(server)
{
    private const string Robot = "robot@mail.test";

    [Test]
    public async Task They_are_slowed_and_then_stopped_and_nobody_else_is()
    {
        var gateway = await StartGatewayAsync(configuration =>
        {
            configuration["Delivery:MessagesPerHour"] = 0;
            configuration["Delivery:Burst"] = 0;
        });
        var alice = await NewClientAsync();
        var (answers, replies) = (new List<string>(), new List<Reply>());
        for (var round = 0; round < 100 && replies.LastOrDefault()?.Code != 550; round++)
        {
            answers.Add(await AnswerAsync(alice, $"answer {round}."));
            replies.Add(await MailAsync(gateway, Robot, alice.BareJid));
        }

        // The order is what counts: both sides may go on, are put off, and end.
        Assert.That(replies.Select(reply => reply.Code).Distinct(), Is.EqualTo(new[] { 250, 450, 550 }));
        Assert.That(answers.Distinct(), Is.EqualTo(new[] { "sent", "resource-constraint" }));
        Assert.That(replies[^1].Text, Does.StartWith("550 5.4.6 Mail loop"));
        Assert.That(await AnswerAsync(alice, "one more."), Is.EqualTo("resource-constraint"));
        Assert.That((await MailAsync(gateway, "bob@mail.test", alice.BareJid)).Code, Is.EqualTo(250));
        Assert.That(await gateway.PageAsync("/metrics"), Does.Contain("smtptransport_refusals_total{reason=\"ping-pong\"}"));
    }

    private async Task<string> AnswerAsync(ChatClient alice, string text)
    {
        var error = alice.ErrorAsync(alice.SendMessage(Contact(Robot), text));
        return await Task.WhenAny(error, Sink.MailAsync(text)) == error ? Text.Error(await error).Condition : "sent";
    }

    private static Task<Reply> MailAsync(GatewayProcess gateway, string from, string to) =>
        SmtpConversation.MailAsync(gateway.SmtpPort, from, to, Text.Mail(from, to, "Re: Hello", "I am out of the office."));
}
