using System.Text;
using MimeKit;

namespace SmtpTransport.Gateway.Reading;

/// <summary>
/// What is in a multipart of which nobody can tell where its parts begin: its boundary is missing, broken off into a line of its own,
/// or occurs nowhere. For a parser all of it stands before the first part.
/// </summary>
internal static class LostParts
{
    // RFC 2046 §5.1.1
    private const int MaxBoundary = 70;

    /// <summary>Characters that are taken apart once more; of more, all is text.</summary>
    private const int MaxLength = 2 * 1024 * 1024;

    private static readonly ParserOptions Options = new() { MaxMimeDepth = 30 };

    /// <summary>Null when there is nothing.</summary>
    public static MimeEntity? Of(Multipart multipart)
    {
        if (multipart.Count > 0 || multipart.Preamble is not { } all || string.IsNullOrWhiteSpace(all))
            return null;
        return all.Length <= MaxLength && Boundary(all) is { } boundary && Load(multipart.ContentType.MediaSubtype, boundary, all) is Multipart { Count: > 0 } found
            ? found
            : new TextPart("plain") { Text = all };
    }

    /// <summary>A line that begins with two hyphens and comes again, be it only as the end.</summary>
    private static string? Boundary(string all)
    {
        var lines = all.ReplaceLineEndings("\n").Split('\n');
        return lines.FirstOrDefault(line => line.StartsWith("--", StringComparison.Ordinal) && line.TrimEnd().Length is > 2 and <= MaxBoundary + 2) is { } first
            && lines.Count(line => line.StartsWith(first.TrimEnd(), StringComparison.Ordinal)) > 1
            && !first.Contains('"', StringComparison.Ordinal)
                ? first.TrimEnd()[2..]
                : null;
    }

    private static MimeEntity Load(string subtype, string boundary, string all) =>
        MimeEntity.Load(Options, new MemoryStream(Encoding.UTF8.GetBytes($"Content-Type: multipart/{subtype}; boundary=\"{boundary}\"\r\n\r\n{all}")));
}
