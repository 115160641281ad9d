namespace SmtpTransport.Gateway.Reading;

/// <summary>Finds a signature: below its mark (RFC 3676 §4.3), what phones add by themselves, and the footers of mailing lists.</summary>
internal static class SignatureLines
{
    private const int MaxLines = 12;
    private const int MaxLength = 120;

    private static readonly string[] Devices =
    [
        "sent from my ", "sent from mail for ", "sent from outlook", "sent from yahoo", "sent from proton", "sent via ", "get outlook for ",
        "gesendet von ", "von meinem ", "envoyé de mon ", "envoyé depuis ", "enviado desde ", "enviado do meu ", "inviato da ", "verzonden vanaf ",
        "verstuurd vanaf ", "skickat från ", "sendt fra ", "lähetetty ", "wysłane z ", "wysłano z ", "отправлено с ", "发自我的", "iphoneから送信",
    ];

    /// <summary>Of the lines before <paramref name="end"/>: where a signature begins and ends; both are the end when there is none.</summary>
    public static (int Start, int End) Find(string[] lines, int end)
    {
        var last = end;
        while (last > 0 && string.IsNullOrWhiteSpace(lines[last - 1]))
            last--;
        for (var i = last - 1; i >= Math.Max(0, last - MaxLines - 1); i--)
        {
            if (IsMark(lines[i]) && i + 1 < last)
                return lines[(i + 1)..last].All(line => line.Length <= MaxLength && !line.StartsWith('>')) ? (i, end) : (end, end);
        }

        return last > 0 && IsDevice(lines[last - 1]) && (last == 1 || string.IsNullOrWhiteSpace(lines[last - 2])) ? (last - 1, end) : (end, end);
    }

    /// <summary>Nothing but a signature stands in the lines from <paramref name="start"/> on.</summary>
    public static bool IsOnlySignature(string[] lines, int start)
    {
        while (start < lines.Length && string.IsNullOrWhiteSpace(lines[start]))
            start++;
        return start == lines.Length || Find(lines, lines.Length).Start == start;
    }

    /// <summary>Many mail programs lose the space of "-- "; lists draw a line across.</summary>
    private static bool IsMark(string line) =>
        line is "-- " or "--" || (line.Length is >= 20 and <= 80 && line.All(c => c == '_'));

    private static bool IsDevice(string line) =>
        line.Length <= 90 && !line.TrimEnd().EndsWith('.') && Devices.Any(device => line.TrimStart().StartsWith(device, StringComparison.OrdinalIgnoreCase));
}
