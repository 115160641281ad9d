using Microsoft.Net.Http.Headers;
using SmtpTransport.Gateway.Links;
using SmtpTransport.Gateway.Pages;

namespace SmtpTransport.Host.Web;

/// <summary>What every answer to the public says of itself, so that a browser does with it what we mean and nothing else.</summary>
internal sealed class PageHeaders(PublicLinkOptions options)
{
    /// <summary>For our own pages: one style sheet, one frame, one form.</summary>
    private static readonly string Page =
        $"default-src 'none'; style-src {PageStyle.Source}; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>For files: if a browser shows one all the same, nothing in it works.</summary>
    private const string File = "default-src 'none'; sandbox; frame-ancestors 'none'";

    private readonly string self = options.PublicUrl is { } url ? $"'self' {url.GetLeftPart(UriPartial.Authority)}" : "'self'";

    public static void ForPage(HttpResponse response, int status)
    {
        response.StatusCode = status;
        Common(response, Page, "text/html; charset=utf-8");
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    /// <summary>For the mail's own layout: it runs nothing, sends nothing and reaches nothing, in the frame and outside of it.</summary>
    public void ForFrame(HttpResponse response, bool withRemotePictures)
    {
        // A sandboxed document has no origin of its own that 'self' could mean in every browser.
        var pictures = $"{self} data:{(withRemotePictures ? " https: http:" : "")}";
        Common(
            response,
            $"default-src 'none'; img-src {pictures}; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
            "text/html; charset=utf-8");
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    /// <summary>For the mail's own pictures, which its frame asks for.</summary>
    public static void ForPicture(HttpResponse response, string mediaType)
    {
        Common(response, File, mediaType);
        response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
    }

    /// <summary>To be saved, not shown.</summary>
    /// <param name="isForAll">Named in a message: a chat client in a browser may fetch it too.</param>
    public static void ForFile(HttpResponse response, string name, string mediaType, bool isForAll)
    {
        Common(response, File, mediaType);

        // RFC 6266 §4.3
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(name);
        response.Headers.ContentDisposition = disposition.ToString();
        response.Headers["Cross-Origin-Resource-Policy"] = isForAll ? "cross-origin" : "same-origin";
        if (isForAll)
            response.Headers.AccessControlAllowOrigin = "*";
    }

    private static void Common(HttpResponse response, string policy, string mediaType)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = policy;
        headers.ContentType = mediaType;
        headers.CacheControl = "private, no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Robots-Tag"] = "noindex, nofollow, noarchive";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }
}
