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

    private static async Task<(int ExitCode, string Text)> ListAsync(QueueFormat format, params QueueItem[] items)
    {
        await using var output = new StringWriter();
        var command = new QueueCommand(_ => Build(new FakeQueue(items)), output, TextWriter.Null);
        var exitCode = await command.ListAsync(Fixture.Valid(), format, CancellationToken.None);
        return (exitCode, output.ToString());
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
        public Task<IReadOnlyList<QueueItem>> ListAsync(CancellationToken cancellation) => Task.FromResult(items);

        public Task<QueueDetail?> ShowAsync(string id, CancellationToken cancellation) => Task.FromResult<QueueDetail?>(null);

        public Task<bool> RetryAsync(string id, CancellationToken cancellation) => Task.FromResult(false);

        public Task<bool> DropAsync(string id, CancellationToken cancellation) => Task.FromResult(false);
    }
}
