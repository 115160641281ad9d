using System.Globalization;
using System.Text.RegularExpressions;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.Bounces;

/// <summary>What a remote server said, cut out of the words of the one who reports it. All patterns match in linear time.</summary>
internal static class RemoteWords
{
    private const int MaxText = 400;
    private const int MaxSearched = 8000;

    // RFC 3463 §2, and nothing that is part of an IP address.
    private static readonly Regex Enhanced = new(@"(?:^|[^0-9.])([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:[^0-9.]|\.[^0-9]|\.?$)", RegexOptions.NonBacktracking);

    // RFC 5321 §4.2: where a reply begins.
    private static readonly Regex Basic = new(@"(?:^|[\s:;<(""'])([245][0-5][0-9])(?:[ \-#:)]|$)", RegexOptions.NonBacktracking);

    // A server's own words, which no one in between has rated anew.
    private static readonly Regex Both = new(@"(?:^|[\s:;<(""'])[245][0-5][0-9][ \-#]+([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:[^0-9.]|\.[^0-9]|\.?$)", RegexOptions.NonBacktracking);

    /// <summary>A code of refusal is quoted: with 250 nobody is refused.</summary>
    public static bool HasRefusal(string text) => First(Enhanced, text) is ['4' or '5', ..] || First(Basic, text) is ['4' or '5', ..];

    /// <summary>What failed has no positive code, whatever is quoted.</summary>
    public static SmtpReply AsRefusal(this SmtpReply reply) => reply.IsPositive ? reply with { Code = 550, Enhanced = "5.0.0" } : reply;

    /// <param name="status">Of the report itself; null or a mere class (5.0.0) where the words may know better.</param>
    public static SmtpReply Read(string? status, string text)
    {
        var words = PlainText.OneLine(text, MaxSearched);
        var code = First(Basic, words) is { Length: > 0 } basic ? int.Parse(basic, CultureInfo.InvariantCulture) : 0;
        var stated = First(Enhanced, status ?? "");
        var best = First(Both, words) is { Length: > 0 } own && own[0] - '0' == code / 100 && !IsVague(own) ? own : Best(stated, First(Enhanced, words), code);
        return new SmtpReply(code / 100 == best[0] - '0' ? code : best[0] switch { '2' => 250, '4' => 450, _ => 550 }, best, PlainText.OneLine(WithoutCodes(words, code, best), MaxText));
    }

    /// <summary>The first refusal that is quoted; of anything else only where there is none.</summary>
    private static string First(Regex pattern, string words)
    {
        var first = "";
        foreach (Match match in pattern.Matches(words))
        {
            var code = match.Groups[1].Value;
            if (code[0] != '2')
                return code;
            first = first.Length > 0 ? first : code;
        }

        return first;
    }

    private static string Best(string stated, string said, int code)
    {
        // Gateways of mail systems state 5.0.0 and quote what was really said.
        if (said.Length > 0 && (stated.Length == 0 || IsVague(stated)) && !(stated.Length > 0 && IsVague(said)))
            return said;
        return stated.Length > 0 ? stated : code > 0 ? $"{code / 100}.0.0" : "5.0.0";
    }

    private static bool IsVague(string status) => status.EndsWith(".0.0", StringComparison.Ordinal);

    /// <summary>The codes stand before the text already.</summary>
    private static string WithoutCodes(string words, int code, string enhanced)
    {
        var codes = code.ToString(CultureInfo.InvariantCulture);
        if (code > 0 && words.StartsWith(codes, StringComparison.Ordinal))
            words = words[codes.Length..].TrimStart('-', ' ', '#');
        return words.StartsWith(enhanced, StringComparison.Ordinal) ? words[enhanced.Length..].TrimStart(':', '-', ' ') : words;
    }
}
