using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace SmtpTransport.Gateway.Reading;

/// <summary>
/// HTML as a person would read it aloud: structure kept, nothing that was not meant to be seen. The walk keeps no call stack;
/// depth, number and length are bounded.
/// </summary>
internal sealed class HtmlPage
{
    private readonly IPageWriter writer;
    private readonly PictureLinks pictureLinks;
    private readonly Stack<bool> tables = new();
    private int lists;
    private int preformatted;
    private int words;

    private HtmlPage(IElement body, IPageWriter writer) => (pictureLinks, this.writer) = (new PictureLinks(body), writer);

    /// <returns>How many characters of the page were not looked at.</returns>
    public static int Read(string html, IPageWriter writer)
    {
        var end = HtmlBounds.End(html);
        using var document = new HtmlParser(new HtmlParserOptions { SkipComments = true }).ParseDocument(html[..end]);
        if (document.Body is { } body)
            new HtmlPage(body, writer).Walk(body);
        return html.Length - end;
    }

    // With indexes, since asking a node for its next sibling searches all of them.
    private void Walk(INode root)
    {
        var path = new Stack<Step>();
        Enter(path, root);
        while (!writer.IsFull && path.TryPop(out var step))
        {
            if (step.NextChild == step.Node.ChildNodes.Length)
            {
                Leave(step);
                continue;
            }

            path.Push(step with { NextChild = step.NextChild + 1 });
            Enter(path, step.Node.ChildNodes[step.NextChild]);
        }
    }

    private void Enter(Stack<Step> path, INode node)
    {
        if (node is IText text)
            Write(text.Data);
        else if (node is IElement element && HtmlVisibility.IsShown(element))
        {
            var step = new Step(element, words, HtmlBlocks.KeepsItsLines(element), IsParagraph(element));
            preformatted += step.KeepsLines ? 1 : 0;
            path.Push(step with { Opened = Begin(step) });
        }
    }

    private PageElement? Begin(Step step)
    {
        var element = step.Node;
        switch (element.LocalName)
        {
            case "br":
                writer.LineBreak();
                return null;
            case "hr":
                writer.Break(1);
                Write("---");
                writer.Break(1);
                return null;
            case "img":
                if ((HtmlPicture.Words(element) ?? (pictureLinks.IsOne(element) ? "picture" : null)) is { } label)
                    Write($" [{label}]");
                return null;
            case "pre":
                writer.Break(2);
                return null;
            case "table":
                Block(element);
                tables.Push(HtmlTable.CarriesData(element));
                return null;
            case "td" or "th" when tables.TryPeek(out var data) && data:
                writer.NextCell();
                return null;
            case "tr" when step.IsParagraph:
                writer.Break(2);
                return null;
            case "ul" or "ol":
                writer.Break(lists++ > 0 ? 1 : 2);
                return Open(new PageElement.List(element.LocalName == "ul" ? null : int.TryParse(element.GetAttribute("start"), out var start) ? start : 1));
            default:
                Block(element);
                return ElementOf(element) is { } opened ? Open(opened) : null;
        }
    }

    private static PageElement? ElementOf(IElement element) => element.LocalName switch
    {
        "a" => new PageElement.Link(HtmlLink.Shown(element.GetAttribute("href")?.Trim() ?? "")),
        "li" => new PageElement.Item(),
        "blockquote" => new PageElement.Quote(),
        "b" or "strong" or "th" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" => new PageElement.Strong(),
        "i" or "em" or "cite" => new PageElement.Emphasis(),
        _ => null,
    };

    private void Leave(Step step)
    {
        preformatted -= step.KeepsLines ? 1 : 0;
        if (step.Opened is { } opened)
            writer.Close(opened);
        switch (step.Node.LocalName)
        {
            case "pre":
                writer.Break(2);
                break;
            case "table":
                tables.Pop();
                Block(step.Node);
                break;
            case "td" or "th" when tables.TryPeek(out var data) && data:
                break;
            case "tr" when step.IsParagraph:
                writer.Break(2);
                break;
            case "ul" or "ol":
                writer.Break(--lists > 0 ? 1 : 2);
                break;
            // Outlook's blank line is a paragraph without distance around it, and nothing in it.
            case "p" when HtmlBlocks.BreakAround(step.Node) == 1 && step.WordsBefore == words:
                writer.LineBreak();
                break;
            default:
                Block(step.Node);
                break;
        }
    }

    private bool IsParagraph(IElement row) => row.LocalName == "tr" && tables.TryPeek(out var data) && !data && HtmlTable.IsParagraph(row);

    private PageElement Open(PageElement element)
    {
        writer.Open(element);
        return element;
    }

    private void Block(IElement element)
    {
        if (HtmlBlocks.BreakAround(element) is > 0 and var lines)
            writer.Break(lines);
    }

    private void Write(string text)
    {
        words += string.IsNullOrWhiteSpace(text) ? 0 : 1;
        if (preformatted > 0)
            writer.WritePreformatted(text);
        else
            writer.Write(text);
    }

    private sealed record Step(IElement Node, int WordsBefore, bool KeepsLines, bool IsParagraph)
    {
        public PageElement? Opened { get; init; }

        public int NextChild { get; init; }
    }
}
