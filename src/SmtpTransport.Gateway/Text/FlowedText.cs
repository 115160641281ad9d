using System.Text;

namespace SmtpTransport.Gateway.Text;

/// <summary>Text as <c>format=flowed</c> (RFC 3676): paragraphs of short lines that any mail program joins again, exactly.</summary>
internal static class FlowedText
{
    // RFC 3676 §4.2: lines of at most 78 characters, better 72.
    private const int Width = 72;

    // RFC 3676 §4.3: a line of its own, though it ends with a space.
    private const string SignatureMark = "-- ";

    /// <param name="deleteSpace">DelSp=yes: the space that marks a soft break is no part of the text.</param>
    public static string Decode(string flowed, bool deleteSpace)
    {
        var text = new StringBuilder(flowed.Length);
        var open = -1; // the quote depth of a line that goes on
        var end = ""; // of the line before
        foreach (var line in flowed.AsSpan().EnumerateLines())
        {
            var depth = line.Length - line.TrimStart('>').Length;
            var rest = line[depth..];
            if (rest.StartsWith(' '))
            {
                rest = rest[1..];
            }

            // A line that goes on at another depth, or before a signature, was never finished: it ends here.
            if (open != depth || rest is SignatureMark)
            {
                text.Append(end).Append('>', depth).Append(depth > 0 && rest.Length > 0 ? " " : "");
            }

            var soft = rest.EndsWith(' ') && rest is not SignatureMark;
            text.Append(soft && deleteSpace ? rest[..^1] : rest);
            open = soft ? depth : -1;
            end = "\n";
        }

        return text.ToString();
    }

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
        var depth = QuoteDepth(line);
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

    /// <summary>A quotation has a space behind its marks; <c>&gt;:-(</c> is none.</summary>
    private static int QuoteDepth(ReadOnlySpan<char> line)
    {
        var depth = line.Length - line.TrimStart('>').Length;
        return depth == line.Length || line[depth] == ' ' ? depth : 0;
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
