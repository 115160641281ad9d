using System.Text;
using System.Xml.Linq;
using MimeKit;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Styling;
using SmtpTransport.Gateway.Text;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>The readable part of a mail: plain text, and the same as HTML where somebody styled it. Pure.</summary>
internal static class MailBody
{
    /// <summary>The lines as paragraphs of one text.</summary>
    public static string Text(IReadOnlyList<DraftLine> lines) => string.Join("\n\n", lines.Select(TextOf).Where(text => text.Length > 0));

    /// <param name="boundary">Nobody who wrote any of it may know it before.</param>
    public static MimeEntity Of(IReadOnlyList<DraftLine> lines, Quotation? quotation, string boundary)
    {
        if (lines is [{ IsReaction: true, Body: var emojis }])
            return Reaction(emojis);
        var text = Text(lines);
        var plain = Plain(quotation is null ? text : $"{text}\n\n{quotation.ToText()}".TrimStart('\n'));
        var styled = lines.Select(Styled).ToList();
        if (!styled.Exists(line => line.IsStyled))
            return plain;
        var both = new MultipartAlternative { plain, Page(styled.SelectMany(line => line.Blocks).Concat(quotation?.ToHtml() ?? [])) };
        both.Boundary = boundary;
        return both;
    }

    private static string TextOf(DraftLine line) => PlainText.Clean(line.Body).Trim('\n');

    private static StyledText Styled(DraftLine line) =>
        line.Layout is { } layout ? new StyledText([XElement.Parse(layout, LoadOptions.PreserveWhitespace)], IsStyled: true)
        : line.IsUnstyled ? StyledText.Plain(TextOf(line))
        : StyledText.Read(TextOf(line));

    // RFC 9078 §2
    private static TextPart Reaction(string emojis)
    {
        var part = new TextPart("plain") { ContentDisposition = new ContentDisposition("reaction") };
        part.SetText(Encoding.UTF8, emojis + "\r\n");
        return part;
    }

    private static TextPart Plain(string text)
    {
        var part = new TextPart("plain");
        part.SetText(Encoding.UTF8, FlowedText.Encode(text));
        part.ContentType.Parameters["format"] = "flowed";
        return part;
    }

    private static TextPart Page(IEnumerable<XElement> blocks)
    {
        var part = new TextPart("html");
        part.SetText(Encoding.UTF8, Html.Page(blocks).ReplaceLineEndings("\r\n"));
        return part;
    }
}
