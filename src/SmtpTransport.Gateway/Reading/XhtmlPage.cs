using System.Xml.Linq;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.Reading;

/// <summary>
/// Writes a page as XHTML-IM (XEP-0071 §8): out of a handful of elements that this class knows, so that nothing of the mail's
/// own markup gets through. No picture, no style, no attribute but the target of a link.
/// </summary>
internal sealed class XhtmlPage : IPageWriter
{
    private const int MaxCharacters = 12 * 1024;
    private const int MaxElements = 500;
    private const int MaxDepth = 20;

    private static readonly XNamespace Xhtml = XhtmlIm.Xhtml;

    private readonly XElement body = new(Xhtml + "body");

    // Body, quotes, lists and items; what is deeper than allowed stands in what is above it.
    private readonly Stack<XElement> blocks = new();
    private readonly List<PageElement> inline = [];
    private XElement? paragraph;
    private XElement? run;
    private bool pendingSpace;
    private bool pendingCell;
    private int characters;
    private int elements;

    private XhtmlPage() => blocks.Push(body);

    public bool IsFull => characters > MaxCharacters || elements > MaxElements;

    /// <summary>Null when there is nothing in it, or so much that it would not fit beside the text.</summary>
    public static XhtmlIm? Read(string html)
    {
        var page = new XhtmlPage();
        return HtmlPage.Read(html, page) == 0 && !page.IsFull && page.characters > 0 ? new XhtmlIm(page.body) : null;
    }

    public void Write(string words)
    {
        foreach (var word in Words(words))
        {
            if (word.Length == 0)
                pendingSpace = true;
            else
                Append(word);
        }
    }

    public void WritePreformatted(string lines)
    {
        var first = true;
        foreach (var line in lines.Split('\n'))
        {
            if (!first)
                LineBreak();
            first = false;
            Append(line.Replace(' ', '\u00A0'));
        }
    }

    public void Break(int lines)
    {
        paragraph = run = null;
        pendingSpace = pendingCell = false;
    }

    public void LineBreak()
    {
        if (paragraph is null)
            return;
        run = null;
        pendingSpace = pendingCell = false;
        paragraph.Add(New("br"));
    }

    public void NextCell() => pendingCell = paragraph is not null;

    public void Open(PageElement element)
    {
        switch (element)
        {
            case PageElement.List list:
                OpenBlock(list.Start is null ? "ul" : "ol");
                break;
            case PageElement.Item:
                OpenBlock(blocks.Peek().Name.LocalName is "ul" or "ol" ? "li" : "p");
                break;
            case PageElement.Quote:
                OpenBlock("blockquote");
                break;
            default:
                inline.Add(element);
                run = null;
                break;
        }
    }

    public void Close(PageElement element)
    {
        if (element is PageElement.List or PageElement.Item or PageElement.Quote)
        {
            Break(1);
            var block = blocks.Pop();
            if (!block.Nodes().Any() && block != blocks.Peek())
                block.Remove();
            return;
        }

        inline.RemoveAt(inline.Count - 1);
        run = null;
    }

    private static IEnumerable<string> Words(string text)
    {
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && !char.IsWhiteSpace(text[i]) && text[i] != '\u200B')
                continue;
            if (i > start)
                yield return text[start..i];
            if (i < text.Length)
                yield return "";
            start = i + 1;
        }
    }

    private void OpenBlock(string name)
    {
        Break(1);
        if (blocks.Count > MaxDepth)
        {
            blocks.Push(blocks.Peek());
            return;
        }

        var parent = blocks.Peek();
        var block = New(name);
        parent.Add(block);
        blocks.Push(block);
    }

    private void Append(string word)
    {
        var gap = pendingCell ? " | " : pendingSpace ? " " : "";
        if (paragraph is null)
            Begin();
        else if (gap.Length > 0)
            (run ?? paragraph).Add(new XText(gap));
        pendingSpace = pendingCell = false;
        run ??= Run();
        characters += word.Length;
        run.Add(new XText(word));
    }

    /// <summary>Text in body and quotes needs a paragraph around it (XHTML strict); what is in a list, an item.</summary>
    private void Begin()
    {
        var block = blocks.Peek();
        if (block.Name.LocalName is "li" or "p")
        {
            if (block.HasElements && block.LastNode is not XElement { Name.LocalName: "ul" or "ol" or "blockquote" })
                block.Add(New("br"));
            paragraph = block;
            return;
        }

        paragraph = New(block.Name.LocalName is "ul" or "ol" ? "li" : "p");
        block.Add(paragraph);
    }

    /// <summary>The innermost element for text as it stands now: links and emphasis open again in every paragraph.</summary>
    private XElement Run()
    {
        var at = paragraph!;
        var names = new HashSet<string>();
        foreach (var element in inline)
        {
            var opened = element switch
            {
                PageElement.Link { Target: { } target } when names.Add("a") => new XElement(Xhtml + "a", new XAttribute("href", target)),
                PageElement.Strong when names.Add("strong") => new XElement(Xhtml + "strong"),
                PageElement.Emphasis when names.Add("em") => new XElement(Xhtml + "em"),
                _ => null,
            };
            if (opened is null)
                continue;
            elements++;
            characters += element is PageElement.Link link ? link.Target!.Length : 0;
            at.Add(opened);
            at = opened;
        }

        return at;
    }

    private XElement New(string name)
    {
        elements++;
        return new XElement(Xhtml + name);
    }
}
