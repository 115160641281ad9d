using MimeKit;
using MimeKit.IO;
using SmtpTransport.Gateway.Links;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Pages;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Telemetry;

namespace SmtpTransport.Host.Web;

/// <summary>Reads a mail once more from its stored octets, and writes what was asked for of it.</summary>
internal sealed partial class MailAnswers(ISpool spool, PageHeaders headers, Turnstile turnstile, ILogger<MailAnswers> logger)
{
    public Task<PageResult> PageAsync(HttpContext request, LinkedMail link)
    {
        var token = (string)request.Request.RouteValues["token"]!;
        return RenderedAsync(request, link, response => PageHeaders.ForPage(response, StatusCodes.Status200OK), mail => MailPage.Of(mail, link, token));
    }

    public Task<PageResult> FrameAsync(HttpContext request, LinkedMail link, bool withRemotePictures) =>
        RenderedAsync(request, link, response => headers.ForFrame(response, withRemotePictures), mail => FramePage.Of(mail, withRemotePictures));

    public Task<PageResult> PictureAsync(HttpContext request, LinkedMail link, int number) =>
        StreamedAsync(request, link, mail => LinkedFile.Picture(mail, number), (response, file) => PageHeaders.ForPicture(response, file.MediaType));

    public Task<PageResult> FileAsync(HttpContext request, LinkedMail link, int number) =>
        StreamedAsync(request, link, mail => LinkedFile.Of(mail, number), (response, file) => PageHeaders.ForFile(response, file.Name, file.MediaType, isForAll: false));

    /// <summary>A link to a file of a mail.</summary>
    public Task<PageResult> LinkedFileAsync(HttpContext request, LinkedMail link) =>
        StreamedAsync(request, link, mail => LinkedFile.Of(mail, link.Part), (response, file) => PageHeaders.ForFile(response, file.Name, file.MediaType, isForAll: true));

    /// <summary>The mail as it came, octet by octet.</summary>
    public async Task<PageResult> OctetsAsync(HttpContext request, LinkedMail link)
    {
        await using var octets = spool.OpenBody(link.BodyId);
        PageHeaders.ForFile(request.Response, "mail.eml", "message/rfc822", isForAll: false);
        await WriteAsync(request, octets.Length, octets.CopyToAsync);
        return PageResult.Shown;
    }

    public static async Task<PageResult> OwnAsync(HttpContext request, Markup page, int status, PageResult result)
    {
        PageHeaders.ForPage(request.Response, status);
        await WriteAsync(request, page);
        return result;
    }

    /// <summary>Few at a time are made, whole; how fast they are then read is their reader's affair.</summary>
    private async Task<PageResult> RenderedAsync(HttpContext request, LinkedMail link, Action<HttpResponse> describe, Func<MimeMessage, Markup> render)
    {
        var page = Markup.Nothing;
        var failure = await TryAsync(request, link, () =>
        {
            using var octets = spool.OpenBody(link.BodyId);
            using var mail = MailFile.Load(octets);
            page = render(mail);
            return Task.CompletedTask;
        });
        if (failure is { } failed)
            return failed;
        describe(request.Response);
        await WriteAsync(request, page);
        return PageResult.Shown;
    }

    private async Task<PageResult> StreamedAsync(HttpContext request, LinkedMail link, Func<MimeMessage, LinkedFile?> find, Action<HttpResponse, LinkedFile> describe)
    {
        await using var octets = spool.OpenBody(link.BodyId);
        (LinkedFile File, long Length)? found = null;
        MimeMessage? mail = null;
        var failure = await TryAsync(request, link, async () =>
        {
            mail = MailFile.Load(octets);
            if (find(mail) is { } file)
                found = (file, await LengthAsync(file, request.RequestAborted));
        });
        using (mail)
        {
            if (failure is { } failed)
                return failed;
            if (found is not var (file, length))
                return await OwnAsync(request, OwnPage.NotFound, StatusCodes.Status404NotFound, PageResult.Unknown);
            describe(request.Response, file);
            await WriteAsync(request, length, file.WriteToAsync);
            return PageResult.Shown;
        }
    }

    /// <summary>Said before, so that its reader's program can decide whether to fetch it.</summary>
    private static async Task<long> LengthAsync(LinkedFile file, CancellationToken cancellation)
    {
        using var counted = new MeasuringStream();
        await file.WriteToAsync(counted, cancellation);
        return counted.Length;
    }

    /// <returns>Null when it went well; else its reader has been told.</returns>
    private async Task<PageResult?> TryAsync(HttpContext request, LinkedMail link, Func<Task> work)
    {
        try
        {
            if (await turnstile.PassAsync(work, request.RequestAborted))
                return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogBroken(e, link.MailId);
            var token = (string)request.Request.RouteValues["token"]!;
            return await OwnAsync(request, OwnPage.Broken(token), StatusCodes.Status500InternalServerError, PageResult.Failed);
        }

        request.Response.Headers.RetryAfter = "10";
        return await OwnAsync(request, OwnPage.Busy, StatusCodes.Status503ServiceUnavailable, PageResult.Failed);
    }

    private static Task WriteAsync(HttpContext request, Markup page)
    {
        var octets = System.Text.Encoding.UTF8.GetBytes(page.Html);
        return WriteAsync(request, octets.Length, (target, cancellation) => target.WriteAsync(octets, cancellation).AsTask());
    }

    private static async Task WriteAsync(HttpContext request, long length, Func<Stream, CancellationToken, Task> write)
    {
        request.Response.ContentLength = length;
        if (!HttpMethods.IsHead(request.Request.Method))
            await write(new OffSocketStream(request.Response.Body), request.RequestAborted);
    }

    [LoggerMessage(LogLevel.Error, "Mail {MailId} could not be shown on its page")]
    private partial void LogBroken(Exception e, string mailId);
}
