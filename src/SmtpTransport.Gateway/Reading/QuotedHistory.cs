namespace SmtpTransport.Gateway.Reading;

/// <summary>Finds where an answer ends and the mail that it answers begins.</summary>
internal static class QuotedHistory
{
    private const int MaxHeaderLines = 10;
    private const int MinHeaderLines = 3;

    // "See my answers below": then what stands below is not only history.
    private static readonly string[] Hints =
    [
        "inline", "in-line", "below", "in red", "in blue", "in green", "unten", "im text", "ci-dessous", "abajo", "di seguito", "hieronder", "nedan", "poniżej", "ниже",
    ];

    private static readonly string[] ForwardMarks =
    [
        "forwarded message", "begin forwarded message", "weitergeleitete nachricht", "message transféré", "mensaje reenviado", "messaggio inoltrato",
        "doorgestuurd bericht", "mensagem encaminhada", "пересылаемое сообщение",
    ];

    private static readonly string[] OriginalMarks =
    [
        "original message", "ursprüngliche nachricht", "originalnachricht", "message d'origine", "mensaje original", "messaggio originale",
        "oorspronkelijk bericht", "mensagem original", "original meddelande", "oprindelig meddelelse", "opprinnelig melding", "исходное сообщение",
        "wiadomość oryginalna", "original appointment", "reply message",
    ];

    private static readonly string[] HeaderNames =
    [
        "from", "sent", "date", "to", "cc", "subject", "reply-to", "importance",
        "von", "gesendet", "datum", "an", "betreff", "de", "envoyé", "à", "objet", "enviado", "enviado el", "fecha", "para", "asunto", "assunto", "data",
        "da", "inviato", "oggetto", "a", "van", "verzonden", "aan", "onderwerp", "från", "skickat", "till", "ämne", "fra", "sendt", "til", "emne",
        "od", "wysłano", "do", "temat", "от", "отправлено", "кому", "тема", "дата", "发件人", "发送时间", "收件人", "主题", "差出人", "送信日時", "宛先", "件名",
    ];

    /// <summary>The index of its first line; the number of lines when there is none, or any doubt.</summary>
    public static int Start(string[] lines)
    {
        if (lines.Any(line => Marks(line, ForwardMarks)))
            return lines.Length;
        return Header(lines) is { } header ? header : Quotation(lines) ?? lines.Length;
    }

    /// <summary>A header written as text, as Outlook puts above an unmarked copy of the mail.</summary>
    private static int? Header(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith('>'))
                return null;
            if (!Marks(lines[i], OriginalMarks) && !IsHeader(lines, i))
                continue;
            var start = i;
            while (start > 0 && (string.IsNullOrWhiteSpace(lines[start - 1]) || IsRule(lines[start - 1])))
                start--;
            return lines[..start].Any(line => Hints.Any(hint => line.Contains(hint, StringComparison.OrdinalIgnoreCase))) ? null : start;
        }

        return null;
    }

    private static bool IsHeader(string[] lines, int start)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = start; i < Math.Min(lines.Length, start + MaxHeaderLines); i++)
        {
            // A long list of recipients goes on in the next line.
            var colon = lines[i].IndexOfAny([':', '：']);
            if (colon > 0 && HeaderNames.Contains(lines[i][..colon].Trim(' ', '*', '\u00A0'), StringComparer.OrdinalIgnoreCase))
                names.Add(lines[i][..colon].Trim(' ', '*', '\u00A0'));
            else if (i == start || string.IsNullOrWhiteSpace(lines[i]))
                break;
        }

        return names.Count >= MinHeaderLines;
    }

    /// <summary>Lines marked with &gt; at the end, below a line that says whose they are.</summary>
    private static int? Quotation(string[] lines)
    {
        var first = Array.FindIndex(lines, IsQuoted);
        if (first < 0)
            return null;
        var last = Array.FindLastIndex(lines, IsQuoted);

        // Between the marks only blank lines and the rest of lines that a mail program broke: else somebody answered there.
        for (var i = first; i <= last; i++)
            if (!IsQuoted(lines[i]) && !string.IsNullOrWhiteSpace(lines[i]))
                return null;
        if (!SignatureLines.IsOnlySignature(lines, last + 1))
            return null;
        return Attribution.Above(lines, first);
    }

    private static bool IsQuoted(string line) => line.StartsWith('>');

    private static bool IsRule(string line) => line.Trim() is { Length: >= 5 } rule && rule.All(c => c is '_' or '-' or '=');

    /// <summary>A line such as <c>-----Original Message-----</c>.</summary>
    private static bool Marks(string line, string[] words) =>
        line.Length < 120 && line.Trim(' ', '-', '_', '*', ':', '\t') is var text && Array.Exists(words, word => text.Equals(word, StringComparison.OrdinalIgnoreCase));
}
