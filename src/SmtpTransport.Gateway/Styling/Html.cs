using System.Text;
using System.Xml.Linq;

namespace SmtpTransport.Gateway.Styling;

/// <summary>HTML for mails: out of elements, so that no text can become markup; without styles, scripts, pictures or anything remote.</summary>
internal static class Html
{
    public static XElement Quote(IEnumerable<XElement> blocks) => new("blockquote", new XAttribute("type", "cite"), blocks);

    /// <summary>Each paragraph runs the way of its own first letter.</summary>
    public static XElement Paragraph(params object[] content) => new("p", new XAttribute("dir", "auto"), content);

    /// <summary>A whole page.</summary>
    public static string Page(IEnumerable<XElement> blocks)
    {
        var page = new StringBuilder("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"/></head><body>\n");
        foreach (var block in blocks)
            page.Append(block.ToString(SaveOptions.DisableFormatting)).Append('\n');
        return page.Append("</body></html>\n").ToString();
    }
}
