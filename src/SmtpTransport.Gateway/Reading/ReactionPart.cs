using System.Text;
using System.Text.Json;
using MimeKit;
using SmtpTransport.Gateway.Text;

namespace SmtpTransport.Gateway.Reading;

/// <summary>Reactions as mail carries them: RFC 9078, and Gmail's own format.</summary>
internal static class ReactionPart
{
    private const int MaxOctets = 1024;

    public static bool Is(MimePart part) => IsStandard(part) || IsGmail(part);

    public static bool IsGmail(MimePart part) => part.ContentType.IsMimeType("text", "vnd.google.email-reaction+json");

    /// <summary>Null when it holds anything but emoji.</summary>
    public static IReadOnlyList<string>? Emojis(MimePart part)
    {
        var octets = PartOctets.Read(part, MaxOctets).Octets;
        return IsGmail(part)
            ? EmojiOf(octets) is { } emoji ? EmojiSequence.Parse(emoji) : null
            : EmojiSequence.Parse(Charset.Decode(octets, part.ContentType.Charset));
    }

    /// <summary>Null for what is no reaction, and for Gmail's, which says itself what it is.</summary>
    public static string? Words(MimePart part) => !IsStandard(part) ? null : Emojis(part) switch
    {
        null => PlainText.OneLine(Charset.Decode(PartOctets.Read(part, MaxOctets).Octets, part.ContentType.Charset), MaxOctets),
        [] => "(reaction taken back)",
        var emojis => "Reacted with " + string.Join(' ', emojis),
    };

    // RFC 9078 §2
    private static bool IsStandard(MimePart part) =>
        part.ContentDisposition is { } disposition
        && disposition.Disposition.Equals("reaction", StringComparison.OrdinalIgnoreCase)
        && part.ContentType.IsMimeType("text", "plain");

    private static string? EmojiOf(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetString(json));
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("emoji", out var emoji) && emoji.ValueKind == JsonValueKind.String
                ? emoji.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
