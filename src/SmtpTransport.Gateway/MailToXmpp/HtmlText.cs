using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>
/// HTML as a person would read it aloud: structure kept, links with their address, nothing that was not meant to be seen.
/// The walk keeps no call stack; depth, number and length are bounded.
/// </summary>
internal sealed class HtmlText
{
    private const int MaxLength = 1024 * 1024;
    private const int MaxLink = 2000;

    private readonly ReadableLines lines = new(MaxLength);
    private readonly Stack<int> links = new();
    private readonly Stack<int?> lists = new();
    private int preformatted;

    private HtmlText()
    {
    }

    /// <returns>The text, and how many characters of the page were not looked at.</returns>
    public static (string Text, int Unread) Read(string html)
    {
        var end = HtmlBounds.End(html);
        using var document = new HtmlParser(new HtmlParserOptions { SkipComments = true }).ParseDocument(html[..end]);
        var text = new HtmlText();
        if (document.Body is { } body)
        {
            text.Walk(body);
        }

        return (text.lines.ToString(), html.Length - end);
    }

    // With indexes, since asking a node for its next sibling searches all of them.
    private void Walk(INode root)
    {
        var path = new Stack<(INode Node, int NextChild)>();
        if (Enter(root))
        {
            path.Push((root, 0));
        }

        while (!lines.IsFull && path.TryPop(out var step))
        {
            if (step.NextChild == step.Node.ChildNodes.Length)
            {
                Leave(step.Node);
                continue;
            }

            path.Push((step.Node, step.NextChild + 1));
            var child = step.Node.ChildNodes[step.NextChild];
            if (Enter(child))
            {
                path.Push((child, 0));
            }
        }
    }

    /// <summary>False when nothing in it is to be read.</summary>
    private bool Enter(INode node)
    {
        if (node is IText words)
        {
            Write(words.Data);
            return false;
        }

        if (node is not IElement element || !HtmlVisibility.IsShown(element))
        {
            return false;
        }

        switch (element.LocalName)
        {
            case "br":
                lines.LineBreak();
                break;
            case "hr":
                lines.Break(1);
                lines.Write("---");
                lines.Break(1);
                break;
            case "img":
                WritePicture(element);
                break;
            case "a":
                links.Push(lines.Length);
                break;
            case "ul":
                Block(lists.Count > 0 ? 1 : 2);
                lists.Push(null);
                break;
            case "ol":
                Block(lists.Count > 0 ? 1 : 2);
                lists.Push(int.TryParse(element.GetAttribute("start"), out var start) ? start : 1);
                break;
            case "li":
                Block(1);
                OpenItem();
                break;
            case "blockquote":
                Block(2);
                lines.Open("> ", "> ");
                break;
            case "pre":
                Block(2);
                preformatted++;
                break;
            case "td" or "th":
                lines.Separate();
                break;
            case var name:
                Block(HtmlBlocks.BreakAround(name));
                break;
        }

        return true;
    }

    private void Leave(INode node)
    {
        if (node is not IElement element)
        {
            return;
        }

        switch (element.LocalName)
        {
            case "a":
                CloseLink(element);
                break;
            case "ul" or "ol":
                lists.Pop();
                Block(lists.Count > 0 ? 1 : 2);
                break;
            case "li" or "blockquote":
                lines.Close();
                Block(element.LocalName == "li" ? 1 : 2);
                break;
            case "pre":
                preformatted--;
                Block(2);
                break;
            case var name:
                Block(HtmlBlocks.BreakAround(name));
                break;
        }
    }

    private void Block(int breaks)
    {
        if (breaks > 0)
        {
            lines.Break(breaks);
        }
    }

    private void Write(string words)
    {
        if (preformatted > 0)
        {
            lines.WritePreformatted(words);
        }
        else
        {
            lines.Write(words);
        }
    }

    private void OpenItem()
    {
        if (lists.TryPop(out var number) && number is { } n)
        {
            lists.Push(n + 1);
            var mark = $"{n}. ";
            lines.Open(mark, new string(' ', mark.Length));
            return;
        }

        lists.Push(null);
        lines.Open("- ", "  ");
    }

    private void WritePicture(IElement picture)
    {
        if (picture.GetAttribute("alt")?.Trim() is { Length: > 0 } words)
        {
            lines.Write($"[{words}]");
        }
    }

    private void CloseLink(IElement link)
    {
        var label = lines.Since(links.Pop());
        var target = link.GetAttribute("href")?.Trim() ?? "";
        if (label.Length > 0 && target.Length <= MaxLink && HtmlLink.Shown(target) is { } shown && !HtmlLink.Says(label, shown))
        {
            lines.Write($" <{shown}>");
        }
    }
}
