using System.Text;
using MimeKit;
using SmtpTransport.Gateway.Text;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>What a person would read in a mail: its text, and the files that come with it.</summary>
internal sealed class MailContent
{
    private const int MaxDepth = 30;
    private const int MaxEntities = 2000;

    // Octets read of one text part: what ten messages can show, and as much markup again.
    private const int MaxPlain = TextPieces.MaxPieces * TextPieces.MaxOctets;
    private const int MaxHtml = 1024 * 1024;

    private const string EncryptedNotice = "(This mail is encrypted. Its text can be read only with the key, in a mail program.)";

    private readonly List<Attachment> attachments = [];
    private int entities;
    private int unspent = 2 * MaxHtml;
    private bool hasText;

    private MailContent(MimeMessage mail) => Text = mail.Body is { } body ? TextOf(body, 0) : "";

    public string Text { get; }

    public IReadOnlyList<Attachment> Attachments => attachments;

    /// <summary>Octets of text parts that were not even looked at, being too long.</summary>
    public long Unread { get; private set; }

    public static MailContent Of(MimeMessage mail) => new(mail);

    private static string Joined(IEnumerable<string> texts) => string.Join("\n\n", texts.Where(text => text.Length > 0));

    /// <summary>What is to be read in a part; its files are listed on the way.</summary>
    private string TextOf(MimeEntity entity, int depth)
    {
        if (++entities > MaxEntities)
        {
            return "";
        }

        switch (entity)
        {
            case MultipartAlternative alternative when depth < MaxDepth:
                return BestOf(alternative, depth);
            case Multipart multipart when depth < MaxDepth:
                var text = Joined([.. multipart.Select(child => TextOf(child, depth + 1))]);
                return Is(multipart.ContentType.MediaSubtype, "encrypted") ? Joined([EncryptedNotice, text]) : text;
            case TextPart body when IsBody(body):
                return Read(body);
            case MimePart part when IsDecoration(part):
                return "";
            default:
                attachments.Add(Attachment.Of(entity));
                return "";
        }
    }

    /// <summary>RFC 2046 §5.1.4: the same content in several forms. The plain one, unless it only points at the other.</summary>
    private string BestOf(MultipartAlternative alternative, int depth)
    {
        foreach (var calendar in alternative.OfType<TextPart>().Where(part => part.ContentType.IsMimeType("text", "calendar")))
        {
            attachments.Add(Attachment.Of(calendar));
        }

        var plain = alternative.OfType<TextPart>().FirstOrDefault(part => part.IsPlain && IsBody(part));
        var rich = alternative.LastOrDefault(part => part is TextPart { IsHtml: true } or Multipart);
        var plainText = plain is null ? "" : Read(plain);
        if (rich is null || (plain is not null && !Boilerplate.MayBe(plainText)))
        {
            AddFiles(rich as Multipart, depth + 1);
            return plainText;
        }

        var richText = TextOf(rich, depth + 1);
        return Boilerplate.Is(plainText, richText) ? richText : plainText;
    }

    /// <summary>Of parts whose text has been said in another form.</summary>
    private void AddFiles(Multipart? multipart, int depth)
    {
        foreach (var part in depth < MaxDepth && multipart is not null ? multipart : Enumerable.Empty<MimeEntity>())
        {
            if (part is Multipart inner)
            {
                AddFiles(inner, depth + 1);
            }
            else if (++entities <= MaxEntities && !(part is TextPart text && IsBody(text)) && !(part is MimePart file && IsDecoration(file)))
            {
                attachments.Add(Attachment.Of(part));
            }
        }
    }

    private bool IsBody(TextPart part) =>
        (part.IsPlain || part.IsHtml || part.IsFlowed || part.IsEnriched || Is(part.ContentType.MediaSubtype, "markdown"))
        && !part.IsAttachment
        && (!hasText || string.IsNullOrEmpty(part.FileName));

    /// <summary>Signatures, the label of encrypted mail, and pictures too small to be more than spacers.</summary>
    private static bool IsDecoration(MimePart part) =>
        part.ContentType.IsMimeType("application", "pgp-signature")
        || part.ContentType.IsMimeType("application", "pgp-encrypted")
        || part.ContentType.IsMimeType("application", "pkcs7-signature")
        || part.ContentType.IsMimeType("application", "x-pkcs7-signature")
        || (Is(part.ContentType.MediaType, "image") && !part.IsAttachment && string.IsNullOrEmpty(part.FileName)
            && (part.Content?.Stream?.Length ?? 0) < 1500);

    private string Read(TextPart part)
    {
        hasText = true;
        var (octets, unread) = PartOctets.Read(part, Math.Min(unspent, part.IsHtml ? MaxHtml : MaxPlain));
        unspent -= octets.Length;
        Unread += unread;
        var text = PlainText.Clean(Charset.Decode(octets, part.ContentType.Charset));
        if (part.IsHtml)
        {
            var page = HtmlText.Read(text);
            Unread += page.Unread;
            return page.Text;
        }

        if (part.IsFlowed)
        {
            text = FlowedText.Decode(text, Is(part.ContentType.Parameters["delsp"], "yes"));
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
