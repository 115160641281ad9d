using System.Buffers;
using System.Text;

namespace SmtpTransport.Gateway.Addresses;

/// <summary>JID escaping (XEP-0106): how characters that no localpart may hold are written in one.</summary>
internal static class JidEscaping
{
    // XEP-0106 §3.2: the code of each is its lower-case hexadecimal ASCII code.
    private static readonly SearchValues<char> Escaped = SearchValues.Create(" \"&'/:<>@\\");

    public static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAny(Escaped))
            return text;
        var escaped = new StringBuilder(text.Length + 8);
        for (var i = 0; i < text.Length; i++)
        {
            // A backslash is itself only escaped where it would otherwise begin an escape sequence.
            if (Escaped.Contains(text[i]) && (text[i] != '\\' || TryRead(text, i, out _)))
                escaped.Append('\\').Append(((int)text[i]).ToString("x2", null));
            else
                escaped.Append(text[i]);
        }
        return escaped.ToString();
    }

    /// <summary>Reads the ten sequences, once, and leaves everything else alone.</summary>
    public static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
            return text;
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (TryRead(text, i, out var c))
            {
                plain.Append(c);
                i += 2;
            }
            else
                plain.Append(text[i]);
        }
        return plain.ToString();
    }

    private static bool TryRead(string text, int at, out char c)
    {
        c = text.AsSpan(at) switch
        {
            ['\\', '2', '0', ..] => ' ',
            ['\\', '2', '2', ..] => '"',
            ['\\', '2', '6', ..] => '&',
            ['\\', '2', '7', ..] => '\'',
            ['\\', '2', 'f', ..] => '/',
            ['\\', '3', 'a', ..] => ':',
            ['\\', '3', 'c', ..] => '<',
            ['\\', '3', 'e', ..] => '>',
            ['\\', '4', '0', ..] => '@',
            ['\\', '5', 'c', ..] => '\\',
            _ => '\0',
        };
        return c != '\0';
    }
}
