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

    public async Task<int> ListAsync(GatewayConfiguration configuration, QueueFormat format, CancellationToken cancellation)
    {
        await using var app = build(configuration);
        var items = await app.Services.GetRequiredService<IQueue>().ListAsync(cancellation);
        if (format == QueueFormat.Json)
            await output.WriteLineAsync(JsonSerializer.Serialize(items, Json));
        else if (items.Count == 0)
            await output.WriteLineAsync("Nothing waits.");
        else
            await new TextTable("ID", "DIRECTION", "FROM", "TO", "STATE", "ATTEMPTS", "DUE", "LAST ERROR").WriteAsync(output, items.Select(Row));
        return ExitCode.Ok;
    }

    public async Task<int> ShowAsync(GatewayConfiguration configuration, string id, CancellationToken cancellation)
    {
        await using var app = build(configuration);
        if (await app.Services.GetRequiredService<IQueue>().ShowAsync(id, cancellation) is not { } mail)
            return await NotFoundAsync(id);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{mail.Id}: {Name(mail.Direction)}, from {Sender(mail.From)}, taken {Time(mail.Created)}, {mail.Size} octets"));
        await new TextTable("TO", "STATE", "ATTEMPTS", "DUE", "LAST ERROR").WriteAsync(output, mail.Recipients.Select(Row));
        return ExitCode.Ok;
    }

    public async Task<int> RetryAsync(GatewayConfiguration configuration, string id, CancellationToken cancellation)
    {
        await using var app = build(configuration);
        if (!await app.Services.GetRequiredService<IQueue>().RetryAsync(id, cancellation))
            return await NotFoundAsync(id);
        await output.WriteLineAsync($"{id} is due now; a running gateway looks every second.");
        return ExitCode.Ok;
    }

    public async Task<int> DropAsync(GatewayConfiguration configuration, string id, CancellationToken cancellation)
    {
        await using var app = build(configuration);
        if (!await app.Services.GetRequiredService<IQueue>().DropAsync(id, cancellation))
            return await NotFoundAsync(id);
        await output.WriteLineAsync($"{id} is given up.");
        return ExitCode.Ok;
    }

    private async Task<int> NotFoundAsync(string id)
    {
        await error.WriteLineAsync($"No mail {Printable.Of(id)} waits; queue list shows those that do.");
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

    private static string Name(MailDirection direction) => JsonNamingPolicy.KebabCaseLower.ConvertName(direction.ToString());

    private static string Sender(string from) => from.Length > 0 ? from : "<>";

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
