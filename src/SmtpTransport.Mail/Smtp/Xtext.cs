using System.Globalization;
using System.Text;

namespace SmtpTransport.Mail.Smtp;

/// <summary>The encodings of DSN parameter values: xtext (RFC 3461 §4) and the addresses of RFC 6533 §3.</summary>
internal static class Xtext
{
    /// <summary>Null when it is not xtext, or hides characters that are not printable ASCII.</summary>
    public static string? Decode(ReadOnlySpan<char> text)
    {
        var decoded = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '+')
            {
                if (text.Length - i < 3 || !TryHex(text.Slice(i + 1, 2), out var value))
                    return null;
                c = (char)value;
                i += 2;
            }
            else if (c is '=' or '>' or < '!')
                return null;
            if (c is < ' ' or > '~')
                return null;
            decoded.Append(c);
        }
        return decoded.ToString();
    }

    /// <summary>utf-8-addr-xtext and utf-8-addr-unitext: <c>\x{20AC}</c> stands for a character.</summary>
    public static string? DecodeUtf8Address(ReadOnlySpan<char> text)
    {
        var decoded = new StringBuilder(text.Length);
        while (!text.IsEmpty)
        {
            if (text[0] != '\\')
            {
                decoded.Append(text[0]);
                text = text[1..];
                continue;
            }
            var end = text.IndexOf('}');
            if (end is < 4 or > 9 || !text.StartsWith(@"\x{") || !TryHex(text[3..end], out var value)
                || !Rune.TryCreate(value, out var rune) || Rune.IsControl(rune))
                return null;
            decoded.Append(rune.ToString());
            text = text[(end + 1)..];
        }
        return decoded.ToString();
    }

    // RFC 3461 §4: hexchar is upper case; lower case is common and means the same.
    private static bool TryHex(ReadOnlySpan<char> digits, out int value) =>
        int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
