using MimeKit;
using SmtpTransport.Gateway.Reading;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail.Fetching;

namespace SmtpTransport.Gateway.Files;

/// <summary>How a file that a user shares is called in the mail, and what it is said to be. Pure.</summary>
internal static class FileNames
{
    /// <summary>The user's client knows best, then the server that has it, then its link.</summary>
    public static string Of(SharedFile shared, FetchedFile? fetched) =>
        new[] { shared.Name, fetched?.Name, LastOf(shared.Url), "file" }.Select(name => FileName.Safe(LastSegment(name ?? ""))).First(name => name.Length > 0);

    public static ContentType TypeOf(SharedFile shared, FetchedFile fetched, string name)
    {
        var served = fetched.MediaType?.MediaType;
        var type = new[] { shared.MediaType, served, MimeTypes.GetMimeType(name) }.Select(Parse).OfType<ContentType>().FirstOrDefault(type => !type.IsMimeType("application", "octet-stream"))
            ?? new ContentType("application", "octet-stream");
        // Its charset is nowhere in XMPP; without one, readers look for themselves.
        if (type.IsMimeType("text", "*") && fetched.MediaType?.CharSet?.Trim('"') is { Length: > 0 and <= 40 } charset && served == type.MimeType && charset.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            type.Charset = charset;
        return type;
    }

    // RFC 2046 §5.2.1: messages and multiparts may not be encoded; as octets they may be anything.
    private static ContentType? Parse(string? text) =>
        ContentType.TryParse(text ?? "", out var type) && !type.IsMimeType("multipart", "*") && !type.IsMimeType("message", "*")
            ? new ContentType(type.MediaType, type.MediaSubtype)
            : null;

    private static string LastOf(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) ? Uri.UnescapeDataString(address.AbsolutePath) : "";

    private static string LastSegment(string name) => name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
}
