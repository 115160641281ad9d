using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace SmtpTransport.Gateway.Pages;

/// <summary>HTML. The only way to put a text into it escapes the text, so that nothing can be forgotten.</summary>
public readonly record struct Markup(string Html)
{
    public static readonly Markup Nothing = new("");

    public static Markup Of(Writer markup) => new(markup.Written());

    public static Markup Of(IEnumerable<Markup> pieces) => new(string.Concat(pieces.Select(piece => piece.Html)));

    public override string ToString() => Html;

    /// <summary>What the compiler makes of <c>$"&lt;p>{text}&lt;/p>"</c>: literals as they are, texts escaped, markup kept.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Writer(int literalLength, int formattedCount)
    {
        private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

        private readonly StringBuilder html = new(literalLength + (formattedCount * 32));

        public void AppendLiteral(string literal) => html.Append(literal);

        public void AppendFormatted(string? text) => html.Append(Encoder.Encode(text ?? ""));

        public void AppendFormatted(int number) => html.Append(number.ToString(CultureInfo.InvariantCulture));

        public void AppendFormatted(Markup markup) => html.Append(markup.Html);

        public void AppendFormatted(IEnumerable<Markup> pieces) => html.AppendJoin("", pieces.Select(piece => piece.Html));

        internal string Written() => html.ToString();
    }
}
