using System.Buffers;
using System.Text;

namespace SmtpTransport.Xmpp.Component;

/// <summary>
/// Keeps XML whole, whatever a mail holds: both servers close the stream over one character that XML forbids, even as
/// <c>&amp;#1;</c>.
/// </summary>
internal static class XmlText
{
    private static readonly SearchValues<char> ForbiddenControls = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Where(code => code is not (0x9 or 0xA or 0xD)).Select(code => (char)code), '\uFFFE', '\uFFFF']);

    /// <summary>The text without what is no Char (XML 1.0 §2.2); most text comes back as it is.</summary>
    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAny(ForbiddenControls) && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
            return text;

        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i))
                clean.Append(text, i++, 2);
            else if (!char.IsSurrogate(text[i]) && !ForbiddenControls.Contains(text[i]))
                clean.Append(text[i]);
        }
        return clean.ToString();
    }
}
