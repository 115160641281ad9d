using System.Buffers;
using System.Globalization;
using System.Text;

namespace SmtpTransport.Mail;

/// <summary>The part before the <c>@</c>: a dot-string, or a quoted string whose quotes carry no meaning (RFC 5321 §4.1.2).</summary>
public static class LocalPart
{
    /// <summary>RFC 5321 §4.5.3.1.1, counted as it goes on the wire.</summary>
    public const int MaxOctets = 64;

    // RFC 5322 §3.2.3 atext.
    private static readonly SearchValues<char> Atext =
        SearchValues.Create("!#$%&'*+-/0123456789=?ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>As it goes on the wire: quoted only where it must be.</summary>
    public static string Quote(string local)
    {
        if (IsDotString(local))
            return local;
        var quoted = new StringBuilder(local.Length + 8).Append('"');
        foreach (var c in local)
            quoted.Append(c is '"' or '\\' ? "\\" : "").Append(c);
        return quoted.Append('"').ToString();
    }

    /// <summary>The spelling under which two local parts are compared: NFC, lower case.</summary>
    public static string Fold(string local)
    {
        if (Ascii.IsValid(local))
            return local.ToLowerInvariant();
        return local.Normalize(NormalizationForm.FormC).ToLowerInvariant().Normalize(NormalizationForm.FormC);
    }

    /// <summary>Reads up to the <c>@</c> that parts local part and domain.</summary>
    internal static bool TryRead(string text, out string local, out int length)
    {
        var atom = text.AsSpan().IndexOfAnyExcept(Atext);
        if (atom > 0 && text[atom] == '@')
        {
            (local, length) = (text[..atom], atom);
            return true;
        }
        return TryReadWords(text, out local, out length);
    }

    /// <summary>RFC 5322 §4.4 obs-local-part: words, quoted or not, parted by dots. A plain dot-string is one, too.</summary>
    private static bool TryReadWords(string text, out string local, out int length)
    {
        var read = new StringBuilder();
        length = 0;
        local = "";
        do
        {
            if (length > 0)
            {
                read.Append('.');
                length++;
            }
            var word = length < text.Length && text[length] == '"'
                ? ReadQuoted(text, length, read)
                : ReadAtom(text, length, read);
            if (word == 0)
                return false;
            length += word;
        }
        while (length < text.Length && text[length] == '.');
        local = read.ToString();
        return true;
    }

    private static int ReadAtom(string text, int start, StringBuilder read)
    {
        var end = start;
        while (end < text.Length && TryAtext(text, end, out var size))
            end += size;
        read.Append(text, start, end - start);
        return end - start;
    }

    private static int ReadQuoted(string text, int start, StringBuilder read)
    {
        for (var i = start + 1; i < text.Length;)
        {
            if (text[i] == '"')
                return i + 1 - start;
            if (text[i] == '\\')
            {
                // RFC 5321 §4.1.2 quoted-pairSMTP: a backslash goes before printable ASCII only.
                if (++i >= text.Length || !char.IsAscii(text[i]))
                    return 0;
            }
            if (!TryText(text, i, out var size))
                return 0;
            read.Append(text, i, size);
            i += size;
        }
        return 0;
    }

    private static bool TryAtext(string text, int at, out int size)
    {
        size = 1;
        return Atext.Contains(text[at]) || (!char.IsAscii(text[at]) && TryText(text, at, out size));
    }

    /// <summary>Printable ASCII, or (RFC 6531 §3.3) any other character that is neither control nor noncharacter.</summary>
    private static bool TryText(string text, int at, out int size)
    {
        if (Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out size) != OperationStatus.Done)
            return false;
        return Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator) && (rune.Value & 0xFFFE) != 0xFFFE && rune.Value is not (>= 0xFDD0 and <= 0xFDEF);
    }

    private static bool IsDotString(string local)
    {
        if (local.Length == 0 || local[0] == '.' || local[^1] == '.')
            return false;
        for (var i = 0; i < local.Length; i++)
        {
            if (local[i] == '.' ? local[i - 1] == '.' : char.IsAscii(local[i]) && !Atext.Contains(local[i]))
                return false;
        }
        return true;
    }
}
