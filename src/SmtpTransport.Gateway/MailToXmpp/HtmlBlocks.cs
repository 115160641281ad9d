namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>How elements stand apart from what is around them.</summary>
internal static class HtmlBlocks
{
    /// <summary>0: runs with the text; 1: lines of its own; 2: a paragraph of its own.</summary>
    public static int BreakAround(string element) => element switch
    {
        "p" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "table" or "dl" or "figure" or "fieldset" => 2,
        "address" or "article" or "aside" or "body" or "caption" or "center" or "dd" or "details" or "div" or "dt"
            or "figcaption" or "footer" or "form" or "header" or "legend" or "main" or "nav" or "section" or "summary"
            or "tr" or "tbody" or "thead" or "tfoot" => 1,
        _ => 0,
    };
}
