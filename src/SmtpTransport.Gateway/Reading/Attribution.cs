namespace SmtpTransport.Gateway.Reading;

/// <summary>The line above a quotation that says whose it is: <c>On Fri, 27 Nov 2026 at 10:02, Bob &lt;bob@mail.test&gt; wrote:</c></summary>
internal static class Attribution
{
    private const int MaxLines = 4;
    private const int MaxLength = 400;

    private static readonly string[] Openers =
    [
        "on ", "am ", "le ", "el ", "il ", "op ", "em ", "den ", "dnia ", "w dniu ", "dne ", "pe ", "på ", "a las ", "в ", "quoting ", "zitat von ",
    ];

    private static readonly string[] Verbs =
    [
        "wrote", "writes", "said", "schrieb", "geschrieben", "a écrit", "écrit", "escribió", "ha scritto", "scrive", "schreef", "escreveu", "skrev", "skrev",
        "napisał", "napisał(a)", "napisała", "написал", "написала", "написал(а)", "пишет", "写道", "寫道", "のメール", "さんは書きました", "yazdı", "kirjoitti", "írta",
        "napsal", "napsal(a)", "έγραψε", "a scris", "schrieb am", "작성",
    ];

    /// <summary>The index of its first line; null when nothing above <paramref name="quotation"/> is one.</summary>
    public static int? Above(string[] lines, int quotation)
    {
        var end = quotation;
        while (end > 0 && string.IsNullOrWhiteSpace(lines[end - 1]))
            end--;
        if (end == 0 || quotation - end > 6 || !lines[end - 1].TrimEnd().EndsWith(':') && !lines[end - 1].TrimEnd().EndsWith('：'))
            return null;
        int? alone = null;
        var text = "";
        for (var start = end - 1; start >= Math.Max(0, end - MaxLines) && !string.IsNullOrWhiteSpace(lines[start]); start--)
        {
            text = lines[start].Trim() + " " + text;
            if (text.Length > MaxLength)
                break;
            if (!Verbs.Any(verb => text.Contains(verb, StringComparison.OrdinalIgnoreCase)) || !text.Any(c => char.IsDigit(c) || c == '@'))
                continue;
            if (Openers.Any(opener => text.StartsWith(opener, StringComparison.OrdinalIgnoreCase)) || char.IsDigit(text[0]))
                return start;

            // "Bob <bob@mail.test> wrote:" needs no word before it, when it stands alone.
            if (start == end - 1 && (start == 0 || string.IsNullOrWhiteSpace(lines[start - 1])))
                alone = start;
        }

        return alone;
    }
}
