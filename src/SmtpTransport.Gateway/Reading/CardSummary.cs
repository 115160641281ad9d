using System.Text;
using MimeKit.Encodings;
using SmtpTransport.Gateway.Text;

namespace SmtpTransport.Gateway.Reading;

/// <summary>A contact card (RFC 6350, and the versions before it) in a few lines: who, and how to reach them.</summary>
internal static class CardSummary
{
    private const int MaxLines = 8;
    private const int MaxLine = 200;

    /// <summary>Null when it names nobody.</summary>
    public static string? Of(string card)
    {
        var name = "";
        List<string> lines = [];
        foreach (var line in ContentLine.Read(card))
        {
            var text = Decoded(line);
            switch (line.Name)
            {
                case "FN" when name.Length == 0:
                    name = text;
                    break;
                case "END" when name.Length > 0 && lines.Count > 0:
                    return Summary(name, lines);
                case "ORG" or "TITLE" when text.Length > 0:
                    lines.Add(text.Replace(";", ", ", StringComparison.Ordinal).TrimEnd(',', ' '));
                    break;
                case "EMAIL" or "TEL" or "URL" or "IMPP" when text.Length > 0:
                    lines.Add(text.StartsWith("tel:", StringComparison.OrdinalIgnoreCase) ? text[4..] : text);
                    break;
            }
        }

        return name.Length > 0 ? Summary(name, lines) : null;
    }

    private static string Summary(string name, List<string> lines) =>
        string.Join('\n', lines.Distinct().Take(MaxLines).Prepend($"Contact: {name}"));

    private static string Decoded(ContentLine line)
    {
        // vCard 2.1
        var isQuoted = "quoted-printable".Equals(line.Parameter("ENCODING"), StringComparison.OrdinalIgnoreCase)
            || "quoted-printable".Equals(line.Parameter("TYPE"), StringComparison.OrdinalIgnoreCase);
        return PlainText.OneLine(isQuoted ? Unquoted(line) : line.Text, MaxLine);
    }

    private static string Unquoted(ContentLine line)
    {
        var quoted = Encoding.ASCII.GetBytes(line.Value);
        var decoder = new QuotedPrintableDecoder();
        var octets = new byte[decoder.EstimateOutputLength(quoted.Length)];
        return PlainText.Clean(Charset.Decode(octets[..decoder.Decode(quoted, 0, quoted.Length, octets)], line.Parameter("CHARSET")));
    }
}
