using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Host.Configuration;

namespace SmtpTransport.Host.Commands;

internal enum QueueFormat
{
    Table,
    Json,
}

/// <summary><c>queue list|show|retry|drop</c>.</summary>
internal sealed class QueueCommand(Func<GatewayConfiguration, WebApplication> build, TextWriter output, TextWriter error)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        // Addresses hold letters of all scripts, and this is a terminal, not a web page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public async Task<int> ListAsync(GatewayConfiguration configuration, QueueFilter filter, QueueFormat format, CancellationToken cancellation)
    {
        await using var app = build(configuration);
        var items = await app.Services.GetRequiredService<IQueue>().ListAsync(filter, cancellation);
        if (format == QueueFormat.Json)
            await output.WriteLineAsync(JsonSerializer.Serialize(items, Json));
        else if (items.Count == 0)
            await output.WriteLineAsync(filter == QueueFilter.All ? "Nothing waits." : "Nothing of this kind waits.");
        else
            await new TextTable("ID", "DIRECTION", "FROM", "TO", "STATE", "ATTEMPTS", "DUE", "LAST ERROR").WriteAsync(output, items.Select(Row));
        return ExitCode.Ok;
    }

    public async Task<int> ShowAsync(GatewayConfiguration configuration, string id, QueueFormat format, CancellationToken cancellation)
    {
        await using var app = build(configuration);
        if (await app.Services.GetRequiredService<IQueue>().ShowAsync(id, cancellation) is not { } shown)
            return await ExplainAsync(id, QueueChange.Unknown);
        if (format == QueueFormat.Json)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(shown, Json));
            return ExitCode.Ok;
        }

        if (shown.Mail is { } mail)
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{id}: {Name(mail.Direction)}, from {Sender(mail.From)}, taken {Time(mail.Taken)}, {mail.Size} octets"));
            await new TextTable("TO", "STATE", "ATTEMPTS", "DUE", "LAST ERROR").WriteAsync(output, mail.Recipients.Select(Row));
            await output.WriteLineAsync();
        }
        else
        {
            await output.WriteLineAsync($"{Printable.Of(id)}: nothing of it waits any more");
        }

        await new TextTable("AT", "STEP", "RECIPIENT", "DETAIL").WriteAsync(output, shown.History.Select(Row));
        return ExitCode.Ok;
    }

    public Task<int> RetryAsync(GatewayConfiguration configuration, QueueChoice choice, CancellationToken cancellation) => ChangeAsync(
        configuration, choice, (queue, id) => queue.RetryAsync(id, cancellation), "is due now; a running gateway looks every second", cancellation);

    public Task<int> DropAsync(GatewayConfiguration configuration, QueueChoice choice, CancellationToken cancellation) => ChangeAsync(
        configuration, choice, (queue, id) => queue.DropAsync(id, cancellation), "is given up", cancellation);

    private async Task<int> ChangeAsync(
        GatewayConfiguration configuration, QueueChoice choice, Func<IQueue, string, Task<QueueChange>> change, string done, CancellationToken cancellation)
    {
        await using var app = build(configuration);
        var queue = app.Services.GetRequiredService<IQueue>();
        var ids = choice.Id is { } one ? [one] : (await queue.ListAsync(choice.Filter, cancellation)).Select(item => item.Id).ToList();
        if (ids.Count == 0)
        {
            await error.WriteLineAsync("Nothing of this kind waits; queue list shows what does.");
            return ExitCode.Wrong;
        }

        var exitCode = ExitCode.Ok;
        foreach (var id in ids)
        {
            var outcome = await change(queue, id);
            if (outcome == QueueChange.Done)
                await output.WriteLineAsync($"{id} {done}.");
            else
                exitCode = await ExplainAsync(id, outcome);
        }

        return exitCode;
    }

    private async Task<int> ExplainAsync(string id, QueueChange outcome)
    {
        await error.WriteLineAsync(outcome switch
        {
            QueueChange.BeingSent => $"{Printable.Of(id)} is being sent right now; look again in a moment.",
            QueueChange.Over => $"Nothing of {Printable.Of(id)} waits any more; queue show tells what became of it.",
            _ => $"No mail {Printable.Of(id)} waits; queue list shows those that do.",
        });
        return ExitCode.Wrong;
    }

    private static string[] Row(QueueItem item) =>
    [
        item.Id, Name(item.Direction), Sender(item.From), string.Join(", ", item.To), item.State,
        item.Attempts.ToString(CultureInfo.InvariantCulture), Time(item.Due), item.LastError ?? "",
    ];

    private static string[] Row(QueueRecipient recipient) =>
    [
        recipient.To, recipient.State, recipient.Attempts.ToString(CultureInfo.InvariantCulture),
        recipient.Due is { } due ? Time(due) : "-", recipient.LastError ?? "",
    ];

    private static string[] Row(MailEvent step) =>
        [Time(step.At), Name(step.Step), step.Recipient.Length > 0 ? step.Recipient : "-", step.Text];

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    private static string Sender(string from) => from.Length > 0 ? from : "<>";

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>One mail, or all of a kind.</summary>
/// <param name="Id">Null: whatever the filter says.</param>
internal sealed record QueueChoice(string? Id, QueueFilter Filter);
