using MimeKit;
using SmtpTransport.Gateway.Files;
using SmtpTransport.Gateway.Spool;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>What the files of a draft are in its mail. Pure, over files that have been fetched.</summary>
internal static class FileParts
{
    /// <summary>Mail clients show such pictures in the text.</summary>
    private const long MaxInline = 256 * 1024;

    /// <summary>What a line says beside its files: a link that is all of it goes when the file is there, and no other is lost.</summary>
    public static DraftLine Text(DraftLine line, IReadOnlyList<AttachedFile> attached)
    {
        var urls = line.Files.Select(file => file.Url).Where(url => attached.All(file => file.Url != url) && !line.Body.Contains(url, StringComparison.Ordinal)).ToList();
        return urls.Count == 0 ? line : line with { Body = string.Join('\n', urls.Prepend(line.Body)).TrimStart('\n'), Layout = null };
    }

    /// <param name="text">The mail without them; null when the files are all there is.</param>
    /// <param name="boundary">Nobody who wrote any of it may know it before.</param>
    public static MimeEntity With(MimeEntity? text, IReadOnlyList<AttachedFile> files, string boundary)
    {
        if (files.Count == 0 && text is not null)
            return text;
        var mixed = new Multipart("mixed") { Boundary = boundary };
        if (text is not null)
            mixed.Add(text);
        foreach (var file in files)
            mixed.Add(Part(file));
        return mixed;
    }

    private static MimePart Part(AttachedFile file) => new(file.MediaType)
    {
        Content = new MimeContent(file.Content.OpenRead()),
        ContentTransferEncoding = ContentEncoding.Base64,
        ContentDisposition = new ContentDisposition(IsShown(file) ? ContentDisposition.Inline : ContentDisposition.Attachment)
        {
            FileName = file.Name, // RFC 2183 §2.3, RFC 2231 §4
            Size = file.Content.Length,
        },
    };

    private static bool IsShown(AttachedFile file) =>
        file.Content.Length <= MaxInline && file.MediaType.MimeType.ToLowerInvariant() is ("image/jpeg" or "image/png" or "image/gif" or "image/webp");
}
