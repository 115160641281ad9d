using AngleSharp.Dom;

namespace SmtpTransport.Gateway.Reading;

/// <summary>Links that are nothing but a picture without words: with the picture, where they lead would be lost too.</summary>
internal sealed class PictureLinks(IElement page)
{
    /// <summary>Targets of links with words, and of those that were told already: a reader needs each once.</summary>
    private readonly Lazy<HashSet<string>> said = new(() => [.. page.QuerySelectorAll("a[href]").Where(HasWords).Select(TargetOf).OfType<string>()]);

    /// <summary>The picture has to be named for its link to be told.</summary>
    public bool IsOne(IElement picture) =>
        picture.Closest("a[href]") is { } link && !HasWords(link) && TargetOf(link) is { } target && said.Value.Add(target);

    private static bool HasWords(IElement link) =>
        !string.IsNullOrWhiteSpace(link.TextContent) || link.QuerySelectorAll("img").Any(picture => HtmlPicture.Words(picture) is not null);

    private static string? TargetOf(IElement link) => HtmlLink.Shown(link.GetAttribute("href")?.Trim() ?? "");
}
