using System.Text;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>Text as <c>format=flowed</c> (RFC 3676): paragraphs of short lines that any mail program joins again, exactly.</summary>
internal static class FlowedText
{
    // RFC 3676 §4.2: lines of at most 78 characters, better 72.
    private const int Width = 72;

    public static string Encode(string text)
    {
        var flowed = new StringBuilder(text.Length + (text.Length / 50));
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            AppendLine(flowed, line);
        }

        return flowed.ToString();
    }

    private static void AppendLine(StringBuilder flowed, ReadOnlySpan<char> line)
    {
        // RFC 3676 §4.1: a line that ends here ends without a space, so "-- " cannot pass for a signature mark either.
        line = line.TrimEnd(' ');
        var depth = line.Length - line.TrimStart('>').Length;
        var quote = line[..depth];
        var rest = line[depth..];
        if (depth > 0 && rest.StartsWith(' '))
        {
            rest = rest[1..];
        }

        do
        {
            var end = EndOfPiece(rest, Width - depth);
            var piece = rest[..end];
            flowed.Append(quote);

            // RFC 3676 §4.4: space-stuffing.
            if (depth > 0 || piece.StartsWith(' ') || piece.StartsWith('>') || piece.StartsWith("From "))
            {
                flowed.Append(' ');
            }

            flowed.Append(piece).Append("\r\n");
            rest = rest[end..];
        }
        while (rest.Length > 0);
    }

    /// <summary>Behind the last space that fits, else behind the first one; the whole when there is none.</summary>
    private static int EndOfPiece(ReadOnlySpan<char> rest, int width)
    {
        width = Math.Max(width, 20);
        if (rest.Length <= width)
        {
            return rest.Length;
        }

        var end = rest[..width].LastIndexOf(' ') + 1;
        if (rest[..end].Trim(' ') is { Length: 0 } or "--")
        {
            var word = end + rest[end..].IndexOfAnyExcept(' ');
            var space = rest[word..].IndexOf(' ');
            end = space < 0 ? rest.Length : word + space + 1;
        }

        // The spaces at a break stay with the line above: the next line needs none, and nothing is lost.
        while (end < rest.Length && rest[end] == ' ')
        {
            end++;
        }

        return end;
    }
}
