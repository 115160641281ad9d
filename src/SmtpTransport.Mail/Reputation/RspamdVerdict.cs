using System.Text.Json;

namespace SmtpTransport.Mail.Reputation;

/// <summary>What rspamd would have done with a mail.</summary>
/// <param name="Message">Its words for the SMTP client, or null; as they came.</param>
public sealed record RspamdVerdict(RspamdAction Action, double Score, string? Message)
{
    /// <summary>Null for what is no verdict; throws <see cref="JsonException"/> for what is no JSON.</summary>
    public static RspamdVerdict? Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || Text(root, "action") is not { } word || ActionOf(word) is not { } action)
            return null;
        var score = root.TryGetProperty("score", out var number) && number.ValueKind == JsonValueKind.Number ? number.GetDouble() : 0;
        var message = root.TryGetProperty("messages", out var messages) && messages.ValueKind == JsonValueKind.Object ? Text(messages, "smtp_message") : null;
        return new RspamdVerdict(action, score, message);
    }

    private static RspamdAction? ActionOf(string word) => word switch
    {
        "no action" => RspamdAction.Pass,
        "add header" or "rewrite subject" or "quarantine" => RspamdAction.Mark,
        "greylist" or "soft reject" => RspamdAction.Defer,
        // Nothing that was taken is thrown away in silence: what rspamd would discard is refused.
        "reject" or "discard" => RspamdAction.Reject,
        _ => null,
    };

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

public enum RspamdAction
{
    Pass,
    Mark,
    Defer,
    Reject,
}
