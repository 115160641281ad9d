namespace SmtpTransport.Gateway.Text;

/// <summary>Subjects as threads compare them (RFC 5256 §2.1): without the marks that answering and forwarding put before them.</summary>
public static class SubjectLine
{
    private const int MaxLine = 1000;

    // What mail programs write for "reply" and "forward" in the languages that do not keep Re: and Fwd:.
    private static readonly HashSet<string> Marks = new(StringComparer.OrdinalIgnoreCase)
    {
        "re", "fw", "fwd", "aw", "antw", "antwort", "wg", "sv", "vs", "vb", "vl", "tr", "rif", "r", "i", "rv", "res", "enc",
        "odp", "pd", "ynt", "ilt", "atb", "ref", "vá", "továbbítás", "回复", "答复", "转发", "回覆", "轉寄", "отв", "на",
    };

    /// <summary><c>Re: AW: [3] Plan</c> becomes <c>Plan</c>; a text that is nothing but marks becomes empty.</summary>
    public static string Base(string subject)
    {
        var rest = subject.AsSpan().Trim();
        while (WithoutMark(rest) is { } shorter)
        {
            rest = rest[^shorter..].TrimStart();
        }

        return rest.ToString();
    }

    /// <summary>The subject of an answer.</summary>
    public static string Reply(string subject) => Base(subject) is { Length: > 0 } plain ? "Re: " + plain : "";

    /// <summary>Chat programs that send mail make the subject of the first line of the text, whole or cut.</summary>
    public static bool IsTakenFrom(string text, string subject)
    {
        var line = PlainText.OneLine(text.Trim().Split('\n', 2)[0], MaxLine);
        var words = subject.AsSpan().TrimEnd(" .…");
        return line.Equals(subject, StringComparison.Ordinal)
            || (words.Length > 0 && line.StartsWith(words, StringComparison.Ordinal) && subject.AsSpan(words.Length).Trim() is "..." or "…");
    }

    /// <summary>The length left behind one mark, as <c>Re:</c>, <c>RE[2]:</c> or <c>回复：</c>; null when there is none.</summary>
    private static int? WithoutMark(ReadOnlySpan<char> subject)
    {
        var colon = subject.IndexOfAny(':', '：');
        if (colon is < 1 or > 20)
        {
            return null;
        }

        var mark = subject[..colon].TrimEnd();
        if (mark.IndexOfAny('[', '(') is var count and > 0 && mark[^1] is ']' or ')')
        {
            mark = mark[..count].TrimEnd();
        }

        return Marks.GetAlternateLookup<ReadOnlySpan<char>>().Contains(mark) ? subject.Length - colon - 1 : null;
    }
}
