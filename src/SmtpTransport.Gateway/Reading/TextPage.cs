namespace SmtpTransport.Gateway.Reading;

/// <summary>Writes a page as plain text: links with their address, lists and quotes with marks.</summary>
internal sealed class TextPage : IPageWriter
{
    private const int MaxLength = 1024 * 1024;

    private readonly ReadableLines lines = new(MaxLength);
    private readonly Stack<int> links = new();
    private readonly Stack<int?> lists = new();

    public bool IsFull => lines.IsFull;

    /// <returns>The text, and how many characters of the page were not looked at.</returns>
    public static (string Text, int Unread) Read(string html)
    {
        var page = new TextPage();
        var unread = HtmlPage.Read(html, page);
        return (page.lines.ToString(), unread);
    }

    public void Write(string words) => lines.Write(words);

    public void WritePreformatted(string lines) => this.lines.WritePreformatted(lines);

    public void Break(int lines) => this.lines.Break(lines);

    public void LineBreak() => lines.LineBreak();

    public void NextCell() => lines.Separate();

    public void Open(PageElement element)
    {
        switch (element)
        {
            case PageElement.List list:
                lists.Push(list.Start);
                break;
            case PageElement.Item:
                OpenItem();
                break;
            case PageElement.Quote:
                lines.Open("> ", "> ");
                break;
            case PageElement.Link:
                links.Push(lines.Length);
                break;
        }
    }

    public void Close(PageElement element)
    {
        switch (element)
        {
            case PageElement.List:
                lists.Pop();
                break;
            case PageElement.Item or PageElement.Quote:
                lines.Close();
                break;
            case PageElement.Link link:
                var label = lines.Since(links.Pop());
                if (label.Length > 0 && link.Target is { } target && !HtmlLink.Says(label, target))
                    lines.Write($" <{target}>");
                break;
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
}
