using System.Text;
using MimeKit;
using MimeKit.Text;
using SmtpTransport.Gateway.Text;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>What a person would read in a mail: its text, and the files that come with it.</summary>
internal sealed class MailContent
{
    private const int MaxDepth = 30;
    private const int MaxEntities = 2000;

    private readonly List<string> texts = [];
    private readonly List<Attachment> attachments = [];
    private int entities;

    private MailContent()
    {
    }

    public string Text => string.Join("\n\n", texts.Where(text => text.Length > 0));

    public IReadOnlyList<Attachment> Attachments => attachments;

    /// <summary>Octets of text parts that were not even looked at, being too long.</summary>
    public long Unread { get; private set; }

    public static MailContent Of(MimeMessage mail)
    {
        var content = new MailContent();
        if (mail.Body is { } body)
        {
            content.Add(body, 0);
        }

        return content;
    }

    private void Add(MimeEntity entity, int depth)
    {
        if (++entities > MaxEntities)
        {
            return;
        }

        switch (entity)
        {
            case MultipartAlternative alternative when depth < MaxDepth:
                AddAlternative(alternative, depth);
                break;
            case Multipart { ContentType.MediaSubtype: var subtype } encrypted when Is(subtype, "encrypted"):
                texts.Add("(This mail is encrypted. Its text can be read only with the key, in a mail program.)");
                AddEach(encrypted, depth);
                break;
            case Multipart multipart when depth < MaxDepth:
                AddEach(multipart, depth);
                break;
            case TextPart text when IsBody(text):
                texts.Add(Read(text));
                break;
            case MimePart part when IsDecoration(part):
                break;
            default:
                attachments.Add(Attachment.Of(entity));
                break;
        }
    }

    private void AddEach(Multipart multipart, int depth)
    {
        foreach (var child in multipart)
        {
            Add(child, depth + 1);
        }
    }

    /// <summary>RFC 2046 §5.1.4: the same content in several forms. The plain one, unless it only points at the other.</summary>
    private void AddAlternative(MultipartAlternative alternative, int depth)
    {
        var plain = alternative.OfType<TextPart>().FirstOrDefault(part => part.IsPlain && IsBody(part));
        var rich = alternative.LastOrDefault(part => part != plain && part is TextPart { IsHtml: true } or Multipart);
        var plainText = plain is null ? "" : Read(plain);
        var before = texts.Count;
        if (rich is not null && (plain is null || Boilerplate.MayBe(plainText)))
        {
            Add(rich, depth + 1);
            if (plain is not null && !Boilerplate.Is(plainText, string.Join('\n', texts.Skip(before))))
            {
                texts.RemoveRange(before, texts.Count - before);
                texts.Add(plainText);
            }
        }
        else
        {
            texts.Add(plainText);
            if (rich is Multipart related)
            {
                // Its text has been said in plain form; its pictures and files have not been named.
                Add(related, depth + 1);
                texts.RemoveRange(before + 1, texts.Count - before - 1);
            }
        }

        foreach (var calendar in alternative.OfType<TextPart>().Where(part => part.ContentType.IsMimeType("text", "calendar")))
        {
            attachments.Add(Attachment.Of(calendar));
        }
    }

    private bool IsBody(TextPart part) =>
        (part.IsPlain || part.IsHtml || part.IsFlowed || part.IsEnriched || Is(part.ContentType.MediaSubtype, "markdown"))
        && !part.IsAttachment
        && (texts.Count == 0 || string.IsNullOrEmpty(part.FileName));

    /// <summary>Signatures, and pictures too small to be more than spacers.</summary>
    private static bool IsDecoration(MimePart part) =>
        part.ContentType.IsMimeType("application", "pgp-signature")
        || part.ContentType.IsMimeType("application", "pkcs7-signature")
        || part.ContentType.IsMimeType("application", "x-pkcs7-signature")
        || (Is(part.ContentType.MediaType, "image") && !part.IsAttachment && string.IsNullOrEmpty(part.FileName)
            && (part.Content?.Stream?.Length ?? 0) < 1500);

    private string Read(TextPart part)
    {
        var (octets, unread) = PartOctets.Read(part);
        Unread += unread;
        var text = PlainText.Clean(Charset.Decode(octets, part.ContentType.Charset));
        if (part.IsHtml)
        {
            return HtmlText.Read(text);
        }

        if (part.IsFlowed)
        {
            text = new FlowedToText { DeleteSpace = Is(part.ContentType.Parameters["delsp"], "yes") }.Convert(text);
        }

        return WithoutTrailingSpace(text);
    }

    private static string WithoutTrailingSpace(string text)
    {
        var trimmed = new StringBuilder(text.Length);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            trimmed.Append(line is "-- " ? line : line.TrimEnd()).Append('\n');
        }

        return trimmed.ToString().Trim('\n');
    }

    private static bool Is(string? value, string expected) => string.Equals(value, expected, StringComparison.OrdinalIgnoreCase);
}
