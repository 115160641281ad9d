using System.Globalization;
using System.Text;

namespace SmtpTransport.Mail.Authentication.Spf;

/// <summary>Text with <c>%{…}</c> in it, parsed (RFC 7208 §7.1).</summary>
internal sealed class MacroString
{
    private const string Letters = "slodiphv";
    private const string ExplanationLetters = Letters + "crt";
    private const string Delimiters = ".-+,/_=";

    private readonly List<Piece> pieces = [];

    private MacroString()
    {
    }

    /// <summary>A <c>domain-spec</c>: ends in a macro or in a top-level label; null when it is none.</summary>
    public static MacroString? ParseDomain(string text)
    {
        var spec = Parse(text, Letters, spaces: false);
        return spec?.pieces is [.., Piece.Macro or Piece.Escaped] || HasTopLabel(text) ? spec : null;
    }

    /// <summary>The value of a modifier that we do not know: looked at for its syntax alone.</summary>
    public static MacroString? ParseAny(string text) => Parse(text, Letters, spaces: false);

    /// <summary>An <c>explain-string</c> (RFC 7208 §6.2): spaces and three more letters.</summary>
    public static MacroString? ParseExplanation(string text) => Parse(text, ExplanationLetters, spaces: true);

    /// <param name="letter">In lower case.</param>
    public bool Uses(char letter) => pieces.Any(piece => piece is Piece.Macro macro && macro.Letter == letter);

    /// <param name="value">Of a letter in lower case.</param>
    public string Expand(Func<char, string> value) => string.Concat(pieces.Select(piece => piece switch
    {
        Piece.Literal literal => literal.Text,
        Piece.Escaped escaped => escaped.Text,
        Piece.Macro macro => macro.Expand(value(macro.Letter)),
        _ => throw new InvalidOperationException($"No rule for {piece}"),
    }));

    private static MacroString? Parse(string text, string letters, bool spaces)
    {
        var parsed = new MacroString();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is > '\x7e' or < ' ' || (text[i] == ' ' && !spaces))
                return null;
            if (text[i] != '%')
                continue;
            parsed.AddLiteral(text[start..i]);
            var end = i + 1 < text.Length && text[i + 1] == '{' ? text.IndexOf('}', i) : i + 1;
            if (end < 0 || end >= text.Length || ParsePiece(text[(i + 1)..(end + 1)], letters) is not { } piece)
                return null;
            parsed.pieces.Add(piece);
            i = end;
            start = end + 1;
        }

        parsed.AddLiteral(text[start..]);
        return parsed;
    }

    private void AddLiteral(string text)
    {
        if (text.Length > 0)
            pieces.Add(new Piece.Literal(text));
    }

    /// <param name="text">What follows the percent sign.</param>
    private static Piece? ParsePiece(string text, string letters) => text switch
    {
        "%" => new Piece.Escaped("%"),
        "_" => new Piece.Escaped(" "),
        "-" => new Piece.Escaped("%20"),
        ['{', var letter, .. var rest, '}'] when letters.Contains(char.ToLowerInvariant(letter)) => ParseMacro(letter, rest),
        _ => null,
    };

    private static Piece.Macro? ParseMacro(char letter, string rest)
    {
        var digits = rest.TakeWhile(char.IsAsciiDigit).Count();
        // At most 128 parts can matter: no name has more labels.
        if (digits > 3 || (digits > 0 && int.Parse(rest[..digits], CultureInfo.InvariantCulture) == 0))
            return null;
        var reverse = digits < rest.Length && rest[digits] is 'r' or 'R';
        var delimiters = rest[(digits + (reverse ? 1 : 0))..];
        if (!delimiters.All(Delimiters.Contains))
            return null;
        var count = digits > 0 ? int.Parse(rest[..digits], CultureInfo.InvariantCulture) : int.MaxValue;
        return new Piece.Macro(char.ToLowerInvariant(letter), char.IsAsciiLetterUpper(letter), count, reverse, delimiters.Length > 0 ? delimiters : ".");
    }

    /// <summary>RFC 7208 §7.1 <c>domain-end</c>: a dot, then a label that is not all digits.</summary>
    private static bool HasTopLabel(string text)
    {
        var plain = text.EndsWith('.') ? text[..^1] : text;
        var dot = plain.LastIndexOf('.');
        var label = plain[(dot + 1)..];
        return dot >= 0 && label.Length > 0
            && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            && label[0] != '-' && label[^1] != '-'
            && !label.All(char.IsAsciiDigit);
    }

    private abstract record Piece
    {
        public sealed record Literal(string Text) : Piece;

        public sealed record Escaped(string Text) : Piece;

        public sealed record Macro(char Letter, bool Escape, int Count, bool Reverse, string Delimiters) : Piece
        {
            public string Expand(string value)
            {
                var parts = value.Split(Delimiters.ToCharArray());
                if (Reverse)
                    Array.Reverse(parts);
                var text = string.Join('.', parts.TakeLast(Count));
                return Escape ? EscapeUri(text) : text;
            }

            // RFC 3986 §2.3 unreserved stays, all else is written as its octets.
            private static string EscapeUri(string text)
            {
                var escaped = new StringBuilder();
                foreach (var octet in Encoding.UTF8.GetBytes(text))
                {
                    var c = (char)octet;
                    if (char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~')
                        escaped.Append(c);
                    else
                        escaped.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
                }

                return escaped.ToString();
            }
        }
    }
}
