using System.Xml.Linq;

namespace SmtpTransport.Gateway.Styling;

/// <summary>A chat text as its writer styled it (XEP-0393), in a handful of HTML elements. Pure.</summary>
/// <param name="Blocks">Paragraphs, quotations and preformatted text.</param>
/// <param name="IsStyled">There is more in it than lines, links and quotations, which plain text shows as well.</param>
internal sealed record StyledText(IReadOnlyList<XElement> Blocks, bool IsStyled)
{
    private const int MaxDepth = 10;
    private const int MaxTag = 20;
    private const string Fence = "```";

    public static StyledText Read(string text)
    {
        var blocks = Children(text.Split('\n'), 0);
        return new StyledText(blocks, blocks.SelectMany(block => block.DescendantsAndSelf()).Any(element => element.Name.LocalName is "strong" or "em" or "del" or "code" or "pre"));
    }

    /// <summary>Nothing in it is styling (XEP-0393 §6).</summary>
    public static StyledText Plain(string text)
    {
        var blocks = new List<XElement>();
        var lines = text.Split('\n');
        for (var at = 0; at < lines.Length;)
            at = AddParagraph(blocks, lines, at, _ => false, PlainWords.Read);
        return new StyledText(blocks, IsStyled: false);
    }

    // XEP-0393 §5.1: blocks first, then what is inside them.
    private static List<XElement> Children(ReadOnlySpan<string> lines, int depth)
    {
        var blocks = new List<XElement>();
        for (var at = 0; at < lines.Length;)
        {
            if (IsQuote(lines[at]) && depth < MaxDepth)
                at = AddQuote(blocks, lines, at, depth);
            else if (IsFence(lines[at]))
                at = AddPreformatted(blocks, lines, at);
            else
                at = AddParagraph(blocks, lines, at, line => IsQuote(line) || IsFence(line), StyledLine.Read);
        }

        return blocks;
    }

    private static bool IsQuote(string line) => line.StartsWith('>');

    private static bool IsFence(string line) => line.StartsWith(Fence, StringComparison.Ordinal);

    private static int AddQuote(List<XElement> blocks, ReadOnlySpan<string> lines, int start, int depth)
    {
        var end = start;
        var inner = new List<string>();
        for (; end < lines.Length && IsQuote(lines[end]); end++)
            inner.Add(lines[end].Length > 1 && char.IsWhiteSpace(lines[end][1]) ? lines[end][2..] : lines[end][1..]);
        if (Children(inner.ToArray(), depth + 1) is { Count: > 0 } children)
            blocks.Add(Html.Quote(children));
        return end;
    }

    /// <summary>Up to a line that is nothing but the mark, or the end of the block.</summary>
    private static int AddPreformatted(List<XElement> blocks, ReadOnlySpan<string> lines, int start)
    {
        var length = lines[(start + 1)..].IndexOf(Fence);
        var end = length < 0 ? lines.Length : start + 1 + length;

        // What stands behind the first mark is the name of a language, or somebody's only line: the former alone may go.
        var first = lines[start][Fence.Length..];
        string?[] inside = [.. first.Length <= MaxTag && end > start + 1 && !first.Contains(' ', StringComparison.Ordinal) ? [] : new[] { first }, .. lines[(start + 1)..end]];

        // HTML drops the first line break in it.
        if (inside.Any(line => line!.Length > 0))
            blocks.Add(new XElement("pre", "\n" + string.Join('\n', inside)));
        return end + 1;
    }

    /// <summary>Lines up to a blank one, or to another block.</summary>
    private static int AddParagraph(List<XElement> blocks, ReadOnlySpan<string> lines, int start, Func<string, bool> isOther, Func<string, IEnumerable<XNode>> read)
    {
        var end = start;
        var paragraph = Html.Paragraph();
        do
        {
            if (string.IsNullOrWhiteSpace(lines[end]))
            {
                end++;
                break;
            }

            if (end > start)
                paragraph.Add(new XElement("br"));
            paragraph.Add(read(lines[end]));
            end++;
        }
        while (end < lines.Length && !isOther(lines[end]));
        if (paragraph.Nodes().Any())
            blocks.Add(paragraph);
        return end;
    }
}
