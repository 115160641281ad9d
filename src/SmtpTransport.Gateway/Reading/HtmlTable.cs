using AngleSharp.Dom;

namespace SmtpTransport.Gateway.Reading;

/// <summary>Tells tables that carry data, to be read row by row, from those that only place things on the page.</summary>
internal static class HtmlTable
{
    private const int MaxCell = 120;
    private const int MaxCells = 5000;

    /// <summary>Nodes of a row: rows within rows are looked at for each of those around them.</summary>
    private const int MaxLookedAt = 500;

    /// <summary>Letters of a row that is more than a line.</summary>
    private const int Paragraph = 50;

    public static bool CarriesData(IElement table)
    {
        if (table.GetAttribute("role")?.Trim().ToLowerInvariant() is "presentation" or "none" || table.QuerySelector("table") is not null)
            return false;
        if (table.QuerySelector("th") is not null)
            return true;
        var widest = 0;
        var cells = 0;
        foreach (var row in table.QuerySelectorAll("tr"))
        {
            var width = 0;
            foreach (var cell in row.Children.Where(cell => cell.LocalName == "td"))
            {
                if (++cells > MaxCells || cell.TextContent.Length > MaxCell * 4 || cell.TextContent.Trim().Length > MaxCell)
                    return false;
                width += string.IsNullOrWhiteSpace(cell.TextContent) ? 0 : 1;
            }

            widest = Math.Max(widest, width);
        }

        return widest > 1;
    }

    /// <summary>A row of a layout that holds more than a line of text: page builders set each paragraph into a row of its own.</summary>
    public static bool IsParagraph(IElement row) =>
        row.Descendants().Take(MaxLookedAt).OfType<IText>().SelectMany(text => text.Data).Where(c => !char.IsWhiteSpace(c)).Skip(Paragraph).Any();
}
