namespace SmtpTransport.Mail.Authentication;

/// <summary>The list of tags that DKIM, DMARC and ARC are written in (RFC 6376 §3.2).</summary>
internal static class TagList
{
    // Far beyond any honest list; a hostile one is not worth our time.
    private const int MaxLength = 16 * 1024;

    /// <summary>Tags as they are spelt, values without the white space around them; null for what breaks the grammar.</summary>
    public static IReadOnlyDictionary<string, string>? Parse(string text)
    {
        if (text.Length > MaxLength)
            return null;
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        var rest = text.AsSpan();
        foreach (var range in rest.Split(';'))
        {
            var spec = rest[range].Trim(" \t\r\n");
            if (spec.IsEmpty)
            {
                // Only after the last semicolon.
                if (range.End.GetOffset(text.Length) < text.Length)
                    return null;
                continue;
            }

            var equals = spec.IndexOf('=');
            if (equals < 1)
                return null;
            var name = spec[..equals].TrimEnd(" \t\r\n");
            // RFC 6376 §3.2: tags with the same name must not occur twice.
            if (!IsName(name) || !tags.TryAdd(name.ToString(), spec[(equals + 1)..].TrimStart(" \t\r\n").ToString()))
                return null;
        }

        return tags;
    }

    /// <summary>A value whose white space means nothing: base64, names, lists.</summary>
    public static string WithoutSpace(string value) =>
        value.AsSpan().IndexOfAny(" \t\r\n") < 0 ? value : string.Concat(value.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The parts of a value between colons.</summary>
    public static string[] Colons(string value) => WithoutSpace(value).Split(':');

    private static bool IsName(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || !char.IsAsciiLetter(name[0]))
            return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
                return false;
        }
        return true;
    }
}
