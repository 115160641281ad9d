namespace SmtpTransport.Gateway.Pages;

/// <summary>The pages around the mail, in our own words.</summary>
public static class OwnPage
{
    public static Markup NotFound { get; } = Of("Nothing to see here", Markup.Of(
        $"<p>This link leads nowhere: it may have expired, somebody may have ended it, or a part of it got lost on the way.</p><p>The message that brought the link is still in your chat.</p>"));

    public static Markup Ended { get; } = Of("The link is ended", Markup.Of(
        $"<p>Nobody can open this mail by its links any more, and the gateway lets go of its copy.</p>"));

    public static Markup Busy { get; } = Of("Just a moment", Markup.Of($"<p>Too many mails are being opened right now. Please load this page again in a moment.</p>"));

    public static Markup Foreign { get; } = Of("Not from here", Markup.Of($"<p>A link can only be ended from the page of the mail itself.</p>"));

    /// <summary>It broke us: its octets are all that is left to offer.</summary>
    public static Markup Broken(string token) => Of("This mail cannot be shown", Markup.Of(
        $"""<p>Something in it cannot be read here. You can still <a href="{token}/mail.eml">download it as it came (.eml)</a> and open it in a mail program.</p>"""));

    public static Markup ReallyEnd { get; } = Of("End this link?", Markup.Of(
        $"""
        <p>The page of this mail and its files can then not be opened any more, by you or by anybody else who has the link. There is no way back.</p>
        <form method="post"><button>End it</button></form>
        """));

    internal static Markup Of(string title, Markup content) => Markup.Of(
        $"""
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="robots" content="noindex"><title>{title}</title><style>{PageStyle.Sheet}</style></head>
        <body><header><h1 dir="auto">{title}</h1></header><main>{content}</main></body></html>
        """);
}
