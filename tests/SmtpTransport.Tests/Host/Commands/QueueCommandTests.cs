using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Host.Commands;
using SmtpTransport.Tests.Host.Configuration;

namespace SmtpTransport.Tests.Host.Commands;

internal sealed class QueueCommandTests
{
    private static readonly DateTimeOffset Due = new(2026, 11, 22, 12, 30, 0, TimeSpan.Zero);

    private static readonly QueueItem Waiting = new(
        "01abc", MailDirection.ChatToMail, "alice@example.org", ["bob@mail.test", "zoë@mail.test"], "waiting", 2, Due, "451 4.7.1 Come \u001b[31mback");

    [Test]
    public async Task Json_has_the_names_of_the_contract()
    {
        var (exitCode, text) = await ListAsync(QueueFormat.Json, Waiting, Waiting with { Id = "02def", Direction = MailDirection.MailToChat, From = "", LastError = null });

        var items = JsonDocument.Parse(text).RootElement.EnumerateArray().ToList();
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.Zero);
            Assert.That(items[0].EnumerateObject().Select(property => property.Name),
                Is.EqualTo(new[] { "id", "direction", "from", "to", "state", "attempts", "due", "lastError" }));
            Assert.That(items[0].GetProperty("direction").GetString(), Is.EqualTo("chat-to-mail"));
            Assert.That(items[0].GetProperty("to").EnumerateArray().Select(to => to.GetString()), Is.EqualTo(new[] { "bob@mail.test", "zoë@mail.test" }));
            Assert.That(items[0].GetProperty("attempts").GetInt32(), Is.EqualTo(2));
            Assert.That(items[0].GetProperty("due").GetDateTimeOffset(), Is.EqualTo(Due));
            Assert.That(items[1].GetProperty("direction").GetString(), Is.EqualTo("mail-to-chat"));
            Assert.That(items[1].GetProperty("lastError").ValueKind, Is.EqualTo(JsonValueKind.Null));
        });
    }

    [Test]
    public async Task A_table_shows_no_control_characters()
    {
        var (_, text) = await ListAsync(QueueFormat.Table, Waiting);

        Assert.That(text, Does.Contain("01abc").And.Contains("2026-11-22 12:30:00Z").And.Contains("451 4.7.1 Come ?[31mback"));
        Assert.That(text.Contains('\u001b', StringComparison.Ordinal), Is.False);
    }

    [Test]
    public async Task A_mail_is_shown_with_its_history()
    {
        var (exitCode, text, _) = await RunAsync(new FakeQueue([Waiting]), (command, configuration) => command.ShowAsync(configuration, "01abc", QueueFormat.Table, default));

        Assert.That(exitCode, Is.Zero);
        Assert.That(text, Does.Contain("01abc: chat-to-mail, from alice@example.org").And.Contains("accepted").And.Contains("deferred  bob@mail.test  451 4.7.1 Come back"));
    }

    [Test]
    public async Task The_json_of_a_mail_holds_recipients_and_history()
    {
        var (_, text, _) = await RunAsync(new FakeQueue([Waiting]), (command, configuration) => command.ShowAsync(configuration, "01abc", QueueFormat.Json, default));

        var shown = JsonDocument.Parse(text).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(shown.GetProperty("id").GetString(), Is.EqualTo("01abc"));
            Assert.That(shown.GetProperty("mail").GetProperty("direction").GetString(), Is.EqualTo("chat-to-mail"));
            Assert.That(shown.GetProperty("mail").GetProperty("recipients")[0].GetProperty("lastError").GetString(), Is.EqualTo("451 4.7.1 Come back"));
            Assert.That(shown.GetProperty("history").EnumerateArray().Select(step => step.GetProperty("step").GetString()), Is.EqualTo(new[] { "accepted", "deferred" }));
        });
    }

    [Test]
    public async Task A_mail_that_has_gone_is_shown_by_its_history()
    {
        var (exitCode, text, _) = await RunAsync(new FakeQueue([]), (command, configuration) => command.ShowAsync(configuration, "01abc", QueueFormat.Table, default));

        Assert.That((exitCode, text), Is.EqualTo((0, text)));
        Assert.That(text, Does.StartWith("01abc: nothing of it waits any more").And.Contains("accepted"));
    }

    [Test]
    public async Task A_change_of_a_kind_is_made_to_each_of_its_mails()
    {
        var queue = new FakeQueue([Waiting, Waiting with { Id = "02def" }]);

        var (exitCode, text, _) = await RunAsync(queue, (command, configuration) => command.RetryAsync(configuration, new QueueChoice(null, new QueueFilter(To: "mail.test")), default));

        Assert.That((exitCode, queue.Changed), Is.EqualTo((0, "01abc 02def ")));
        Assert.That(text, Does.Contain("01abc is due now").And.Contains("02def is due now"));
    }

    [TestCase(QueueChange.BeingSent, "01abc is being sent right now")]
    [TestCase(QueueChange.Over, "Nothing of 01abc waits any more; queue show tells what became of it")]
    [TestCase(QueueChange.Unknown, "No mail 01abc waits")]
    public async Task A_change_that_cannot_be_made_says_why(QueueChange outcome, string words)
    {
        var queue = new FakeQueue([Waiting]) { Outcome = outcome };

        var (exitCode, _, error) = await RunAsync(queue, (command, configuration) => command.DropAsync(configuration, new QueueChoice("01abc", QueueFilter.All), default));

        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(error, Does.StartWith(words));
    }

    [Test]
    public async Task A_change_of_nothing_is_an_error()
    {
        var (exitCode, _, error) = await RunAsync(new FakeQueue([]), (command, configuration) => command.DropAsync(configuration, new QueueChoice(null, new QueueFilter(State: "failed")), default));

        Assert.That((exitCode, error.Trim()), Is.EqualTo((1, "Nothing of this kind waits; queue list shows what does.")));
    }

    private static async Task<(int ExitCode, string Text)> ListAsync(QueueFormat format, params QueueItem[] items)
    {
        var (exitCode, text, _) = await RunAsync(new FakeQueue(items), (command, configuration) => command.ListAsync(configuration, QueueFilter.All, format, default));
        return (exitCode, text);
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        FakeQueue queue, Func<QueueCommand, SmtpTransport.Host.Configuration.GatewayConfiguration, Task<int>> run)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var exitCode = await run(new QueueCommand(_ => Build(queue), output, error), Fixture.Valid());
        return (exitCode, output.ToString(), error.ToString());
    }

    private static WebApplication Build(IQueue queue)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddSingleton(queue);
        return builder.Build();
    }

    private sealed class FakeQueue(IReadOnlyList<QueueItem> items) : IQueue
    {
        public QueueChange Outcome { get; init; }

        public string Changed { get; private set; } = "";

        public Task<IReadOnlyList<QueueItem>> ListAsync(QueueFilter filter, CancellationToken cancellation) => Task.FromResult(items);

        public Task<QueueDetail?> ShowAsync(string id, CancellationToken cancellation)
        {
            var mail = new QueuedMail(MailDirection.ChatToMail, "alice@example.org", Due, 1234, [new QueueRecipient("bob@mail.test", "deferred", 1, Due, "451 4.7.1 Come back")]);
            return Task.FromResult<QueueDetail?>(new QueueDetail(id, items.Count > 0 ? mail : null,
            [
                new MailEvent(Due, MailStep.Accepted, "", "from <alice@example.org> for bob@mail.test"),
                new MailEvent(Due, MailStep.Deferred, "bob@mail.test", "451 4.7.1 Come back"),
            ]));
        }

        public Task<QueueChange> RetryAsync(string id, CancellationToken cancellation) => Change(id);

        public Task<QueueChange> DropAsync(string id, CancellationToken cancellation) => Change(id);

        private Task<QueueChange> Change(string id)
        {
            Changed += id + " ";
            return Task.FromResult(Outcome);
        }
    }
}
