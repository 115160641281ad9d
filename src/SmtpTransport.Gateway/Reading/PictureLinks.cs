using AngleSharp.Dom;

namespace SmtpTransport.Gateway.Reading;

/// <summary>Links that are nothing but a picture without words: with the picture, where they lead would be lost too.</summary>
internal sealed class PictureLinks(IElement page)
{
    /// <summary>Targets of links with words, and of those that were told already: a reader needs each once.</summary>
    private readonly Lazy<HashSet<string>> said = new(() => [.. page.Descendants<IElement>().Where(IsLink).Where(HasWords).Select(TargetOf).OfType<string>()]);

    /// <summary>The picture has to be named for its link to be told.</summary>
    public bool IsOne(IElement picture) =>
        picture.Ancestors<IElement>().FirstOrDefault(IsLink) is { } link && !HasWords(link) && TargetOf(link) is { } target && said.Value.Add(target);

    // Without selectors, which are read anew each time: a page may have thousands of pictures.
    private static bool IsLink(IElement element) => element.LocalName == "a" && element.HasAttribute("href");

    private static bool HasWords(IElement link) =>
        !string.IsNullOrWhiteSpace(link.TextContent) || link.Descendants<IElement>().Any(inner => inner.LocalName == "img" && HtmlPicture.Words(inner) is not null);

    private static string? TargetOf(IElement link) => HtmlLink.Shown(link.GetAttribute("href")?.Trim() ?? "");
}
