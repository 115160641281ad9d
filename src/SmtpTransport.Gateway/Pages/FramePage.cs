using MimeKit;
using SmtpTransport.Gateway.Reading;

namespace SmtpTransport.Gateway.Pages;

/// <summary>The document in the frame of the page: the mail as its sender laid it out.</summary>
public static class FramePage
{
    /// <summary>Where it lies, below the link.</summary>
    public const string Name = "html";

    // Mails are made for white paper, whatever their reader's screen looks like.
    private static readonly Markup Style = new(
        """
        :root{color-scheme:light}
        body{margin:0;padding:1rem;background:#fff;color:#111;font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
        img{max-width:100%;height:auto}pre{white-space:pre-wrap}
        """);

    // Said by us: the mail's own styles are not to hide it.
    private const string NoteStyle =
        "display:block!important;visibility:visible!important;margin:0 0 1rem!important;padding:.5rem .75rem!important;border:1px solid #767676!important;background:#f4f4f4!important;color:#111!important;font:1rem/1.5 system-ui,sans-serif!important";

    /// <param name="withRemotePictures">The reader has asked for them.</param>
    public static Markup Of(MimeMessage mail, bool withRemotePictures)
    {
        var pictures = MailPictures.Of(mail);
        var page = new SafePage(pictures.PathOf, withRemotePictures);
        var content = MailContent.Of(mail);
        var pages = content.Pages.Select(part => page.Read(PartText.Decode(part, PartText.MaxHtml))).ToList();
        return Markup.Of(
            $"""
            <!DOCTYPE html>
            <html{Language(mail)}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{mail.Subject ?? "Mail"}</title><style>{Style}</style></head>
            <body>{(page.HasRemotePictures ? Offer : Markup.Nothing)}{Between(pages)}{(page.IsCut || content.Unread > 0 ? CutNote : Markup.Nothing)}</body></html>
            """);
    }

    private static Markup Offer => Markup.Of(
        $"""<p style="{NoteStyle}">Pictures from the web are not shown: to load them tells the sender that you read this mail. <a href="{Name}?images=1" style="color:#0b57d0!important">Show them</a></p>""");

    private static Markup CutNote => Markup.Of($"""<p style="{NoteStyle}">The end of this mail is too long to be shown here. The mail as it came (.eml) has all of it.</p>""");

    private static IEnumerable<Markup> Between(IReadOnlyList<Markup> pages) => pages.SelectMany((page, i) => i == 0 ? [page] : (Markup[])[new Markup("<hr>"), page]);

    // RFC 3282: what a screen reader needs to know.
    private static Markup Language(MimeMessage mail) =>
        mail.Headers[HeaderId.ContentLanguage]?.Split(',')[0].Trim() is { Length: > 0 and < 36 } language && language.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? Markup.Of($" lang=\"{language}\"")
            : Markup.Nothing;
}
