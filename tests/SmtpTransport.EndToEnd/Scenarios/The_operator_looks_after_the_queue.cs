using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class The_operator_looks_after_the_queue(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    [Test]
    public async Task List_and_show_tell_what_waits_and_why()
    {
        var (gateway, alice, id) = await WithOneWaitingAsync();

        var item = (await gateway.QueueAsync()).Single();
        var (exitCode, shown) = await gateway.RunAsync("queue", "show", id);
        var (_, table) = await gateway.RunAsync("queue", "list");

        Assert.Multiple(() =>
        {
            Assert.That(item.GetProperty("direction").GetString(), Is.EqualTo("chat-to-mail"));
            Assert.That(item.GetProperty("from").GetString(), Does.Contain(alice.BareJid));
            Assert.That(item.GetProperty("to").EnumerateArray().Select(to => to.GetString()), Is.EqualTo(new[] { Bob }));
            Assert.That(item.GetProperty("state").GetString(), Is.Not.Empty);
            Assert.That(item.GetProperty("attempts").GetInt32(), Is.GreaterThanOrEqualTo(1));
            Assert.That(item.GetProperty("due").GetDateTimeOffset(), Is.GreaterThan(DateTimeOffset.UtcNow));
            Assert.That(item.GetProperty("lastError").GetString(), Does.Contain("Not today"));
            Assert.That(exitCode, Is.Zero);
            Assert.That(shown, Does.Contain(Bob).And.Contain("Not today"));
            Assert.That(table, Does.Contain(id));
        });
    }

    [Test]
    public async Task Retry_sends_it_now()
    {
        var (gateway, _, id) = await WithOneWaitingAsync();
        Sink.Forgive();

        Assert.That((await gateway.RunAsync("queue", "retry", id)).ExitCode, Is.Zero);

        await Sink.MailAsync("put off till later");
        await Patience.UntilAsync("the queue is empty", async () => (await gateway.QueueAsync()).Count == 0);
    }

    [Test]
    public async Task Drop_gives_it_up_and_tells_the_sender()
    {
        var (gateway, alice, id) = await WithOneWaitingAsync();

        Assert.That((await gateway.RunAsync("queue", "drop", id)).ExitCode, Is.Zero);

        await alice.Received.WaitAsync("the error", stanza => stanza.Name == "message" && (string?)stanza.Attribute("type") == "error");
        Assert.That(await gateway.QueueAsync(), Is.Empty);
        Assert.That(Sink.Mails.All, Is.Empty);
    }

    [Test]
    public async Task What_is_not_there_is_an_error()
    {
        var gateway = await StartGatewayAsync();

        foreach (var verb in new[] { "show", "retry", "drop" })
            Assert.That((await gateway.RunAsync("queue", verb, "no-such-id")).ExitCode, Is.EqualTo(1), verb);
        Assert.That((await gateway.RunAsync("queue")).ExitCode, Is.EqualTo(2));
    }

    private async Task<(GatewayProcess Gateway, ChatClient Alice, string Id)> WithOneWaitingAsync()
    {
        Sink.Answer("RCPT", "451 4.7.1 Not today");
        var gateway = await StartGatewayAsync(configuration => configuration["Delivery:RetryAfter"] = new System.Text.Json.Nodes.JsonArray("01:00"));
        var alice = await NewClientAsync();
        alice.SendMessage(Contact(Bob), "put off till later");

        string? id = null;
        await Patience.UntilAsync("it has failed once", async () =>
        {
            var failed = (await gateway.QueueAsync()).Where(item => item.GetProperty("lastError").GetString() is not null).ToList();
            id = failed.Count == 1 ? failed[0].GetProperty("id").GetString() : null;
            return id is not null;
        });
        return (gateway, alice, id!);
    }
}
