using System.Globalization;
using SmtpTransport.Gateway.Links;
using SmtpTransport.Gateway.Pages;
using SmtpTransport.Gateway.Telemetry;

namespace SmtpTransport.Host.Web;

/// <summary>What links in messages lead to: the page of a mail and all that belongs to it. Whoever has a link may see it.</summary>
internal sealed partial class MailEndpoints(ILinks links, MailAnswers answers, PageMetrics metrics, ILogger<MailEndpoints> logger)
{
    private const string Link = PublicLinks.Path + "{token}";

    private static readonly string[] Read = ["GET", "HEAD"];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(Link, Read, About((request, link) => answers.PageAsync(request, link)));
        routes.MapMethods(Link + "/" + FramePage.Name, Read, About((request, link) => answers.FrameAsync(request, link, request.Request.Query["images"] == "1")));
        routes.MapMethods(Link + "/picture/{number}", Read, About((request, link) => answers.PictureAsync(request, link, Number(request))));
        routes.MapMethods(Link + "/file/{number}/{name}", Read, About((request, link) => answers.FileAsync(request, link, Number(request))));
        routes.MapMethods(Link + "/mail.eml", Read, About((request, link) => answers.OctetsAsync(request, link)));
        routes.MapMethods(Link + "/revoke", Read, About((request, _) => MailAnswers.OwnAsync(request, OwnPage.ReallyEnd, StatusCodes.Status200OK, PageResult.Shown)));
        routes.MapPost(Link + "/revoke", Handle(RevokeAsync));

        // The name of a file at the end of its link, so that its reader's program sees what it is.
        routes.MapMethods(Link + "/{name}", Read, About((request, _) => UnknownAsync(request)));
        routes.Map(PublicLinks.Path + "{**rest}", Handle(UnknownAsync));
    }

    private RequestDelegate About(Func<HttpContext, LinkedMail, Task<PageResult>> answer) => Handle(request =>
        links.Find(Token(request)) is not { } link ? UnknownAsync(request)
        : link.Part > 0 ? answers.LinkedFileAsync(request, link)
        : answer(request, link));

    /// <summary>Away from the socket's own thread, which serves SMTP sessions too.</summary>
    private RequestDelegate Handle(Func<HttpContext, Task<PageResult>> answer) => request => Task.Run(async () => metrics.Requested(await answer(request)));

    private static Task<PageResult> UnknownAsync(HttpContext request) => MailAnswers.OwnAsync(request, OwnPage.NotFound, StatusCodes.Status404NotFound, PageResult.Unknown);

    private async Task<PageResult> RevokeAsync(HttpContext request)
    {
        // Fetch Metadata; a browser without it shows the same by having come here at all: nobody else knows the address.
        if (request.Request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin"))
            return await MailAnswers.OwnAsync(request, OwnPage.Foreign, StatusCodes.Status403Forbidden, PageResult.Failed);
        if (links.Find(Token(request)) is not { } link || !await links.RevokeAsync(Token(request)))
            return await UnknownAsync(request);
        LogRevoked(link.MailId);
        return await MailAnswers.OwnAsync(request, OwnPage.Ended, StatusCodes.Status200OK, PageResult.Revoked);
    }

    private static string Token(HttpContext request) => Value(request, "token");

    private static int Number(HttpContext request) =>
        int.TryParse(Value(request, "number"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static string Value(HttpContext request, string name) => request.Request.RouteValues[name] as string ?? "";

    [LoggerMessage(LogLevel.Information, "Mail {MailId}: its links were ended by somebody who had one")]
    private partial void LogRevoked(string mailId);
}
