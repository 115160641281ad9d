using MimeKit;
using MimeKit.Cryptography;
using MimeKit.Tnef;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.Reading;

/// <summary>What a person would read in a mail: its text, and the files that come with it.</summary>
internal sealed class MailContent
{
    private const int MaxDepth = 30;
    private const int MaxEntities = 2000;
    private const int MaxWholeText = 8 * 1024 * 1024;
    private const int MaxPageLookedAt = 128 * 1024;

    private const string EncryptedNotice = "(This mail is encrypted. Its text can be read only with the key, in a mail program.)";

    private readonly PartText texts;
    private readonly PartSummaries summaries = new();
    private readonly List<Attachment> attachments = [];
    private readonly List<TextPart> pages = [];
    private int entities;
    private int bodies;

    private MailContent(MimeMessage mail, int maxPlain)
    {
        texts = new PartText(maxPlain);
        var text = mail.Body is { } body ? TextOf(body, 0) : "";
        LeaveOutIcons();
        Text = Joined([text, .. summaries.All]);
    }

    public string Text { get; }

    public IReadOnlyList<Attachment> Attachments => attachments;

    /// <summary>Its HTML, also where the text was taken from something else.</summary>
    public IReadOnlyList<TextPart> Pages => pages;

    /// <summary>The reaction that the mail is (RFC 9078), in words.</summary>
    public string Reaction { get; private set; } = "";

    /// <summary>Octets of text parts that were not even looked at, being too long.</summary>
    public long Unread => texts.Unread;

    /// <summary>Some of the text was made of HTML, or there is HTML beside it that shows more than words.</summary>
    public bool IsConverted { get; private set; }

    public static MailContent Of(MimeMessage mail) => new(mail, PartText.MaxPlain);

    /// <summary>For a text that is too long for messages: as much of it as a file or a page may reasonably hold.</summary>
    public static MailContent Whole(MimeMessage mail) => new(mail, MaxWholeText);

    /// <summary>The text once more with its layout, where all of it is one page of HTML.</summary>
    public XhtmlIm? Layout() =>
        pages is [var page] && bodies == 1 && !summaries.All.Any() ? XhtmlPage.Read(PartText.Decode(page, PartText.MaxHtml)) : null;

    private static string Joined(IEnumerable<string> texts) => string.Join("\n\n", texts.Where(text => text.Length > 0));

    /// <summary>What is to be read in a part; its files are listed on the way.</summary>
    private string TextOf(MimeEntity entity, int depth)
    {
        if (++entities > MaxEntities)
            return "";
        switch (entity)
        {
            case Multipart multipart when depth < MaxDepth && LostParts.Of(multipart) is { } lost:
                return TextOf(lost, depth + 1);
            case MultipartAlternative alternative when depth < MaxDepth:
                return BestOf(alternative, depth);
            case Multipart multipart when depth < MaxDepth:
                var text = Joined([.. multipart.Select(child => TextOf(child, depth + 1))]);
                return multipart.ContentType.IsMimeType("multipart", "encrypted") ? Joined([EncryptedNotice, text]) : text;
            case TextPart body when IsBody(body):
                return Read(body);
            case MimePart part when Decoration.Is(part):
                Reaction = ReactionPart.Words(part) ?? Reaction;
                return "";
            case TnefPart tnef when depth < MaxDepth && OutlookData.Unpack(tnef) is { } unpacked:
                return Joined([.. unpacked.Select(inner => inner is TextPart && bodies > 0 && Decoration.IsBodyOfTnef(inner) ? "" : TextOf(inner, depth + 1))]);
            case ApplicationPkcs7Mime signed when depth < MaxDepth && OpaqueSignature.Open(signed) is { } inside:
                return TextOf(inside, depth + 1);
            default:
                AddFile(entity);
                return entity is ApplicationPkcs7Mime { SecureMimeType: SecureMimeType.EnvelopedData or SecureMimeType.AuthEnvelopedData } ? EncryptedNotice : "";
        }
    }

    /// <summary>RFC 2046 §5.1.4: the same content in several forms. The plain one, unless it only points at the other.</summary>
    private string BestOf(MultipartAlternative alternative, int depth)
    {
        // Some programs put the files of a mail in here, too.
        foreach (var file in alternative.Where(part => part.ContentType.IsMimeType("text", "calendar") || (part.IsAttachment && part is not Multipart)))
            AddFile(file);
        var rich = alternative.LastOrDefault(part => part is TextPart { IsHtml: true, IsAttachment: false } or Multipart);
        var plain = alternative.FirstOrDefault(part => part != rich && FirstLeaf(part, MaxDepth) is TextPart { IsPlain: true } text && IsBody(text));
        if (plain is null && rich is null)
            return alternative.LastOrDefault(part => !part.ContentType.IsMimeType("text", "calendar") && !part.IsAttachment) is { } last ? TextOf(last, depth + 1) : "";
        var (bodiesBefore, convertedBefore) = (bodies, IsConverted);
        var plainText = plain is null ? "" : TextOf(plain, depth + 1);
        if (rich is null || (plain is not null && !Boilerplate.MayBe(plainText)))
        {
            AddOther(rich, depth + 1);
            return plainText;
        }

        bodies = bodiesBefore;
        var richText = TextOf(rich, depth + 1);
        if (Boilerplate.Is(plainText, richText))
            return richText;
        IsConverted = convertedBefore || (pages.LastOrDefault() is { } page && ShowsMore(page));
        return plainText;
    }

    private static MimeEntity? FirstLeaf(MimeEntity? entity, int depth) =>
        entity is Multipart multipart ? depth > 0 ? FirstLeaf(multipart.FirstOrDefault(), depth - 1) : null : entity;

    /// <summary>Of parts whose text has been said in another form: the files, and the page for those who want its layout.</summary>
    private void AddOther(MimeEntity? entity, int depth)
    {
        if (entity is null || ++entities > MaxEntities)
            return;
        if (entity is Multipart multipart && depth < MaxDepth)
            foreach (var part in multipart)
                AddOther(part, depth + 1);
        else if (entity is TextPart text && IsBody(text))
            AddPage(text);
        else if (!(entity is MimePart file && Decoration.Is(file)))
            AddFile(entity);
    }

    private void AddPage(TextPart text)
    {
        if (!text.IsHtml)
            return;
        pages.Add(text);
        IsConverted |= ShowsMore(text);
    }

    private static bool ShowsMore(TextPart page) => HtmlLayout.IsMoreThanWords(PartText.Decode(page, MaxPageLookedAt));

    private void AddFile(MimeEntity entity)
    {
        var isSaid = entity is MimePart part && summaries.AddIfNew(part) is PartSummaries.Outcome.Known;
        var isNamed = !string.IsNullOrEmpty(entity.ContentDisposition?.FileName ?? entity.ContentType.Name);
        // An invitation comes twice: as a form of the text, for mail programs, and as a file, for everybody else.
        if (isSaid && !isNamed)
            return;
        if (isSaid)
            attachments.RemoveAll(file => file.Name == Attachment.Invitation);
        attachments.Add(Attachment.Of(entity));
    }

    private void LeaveOutIcons()
    {
        if (!attachments.Exists(file => FilePart.IsInline(file.Entity) && file.Entity.ContentId is not null))
            return;
        var icons = HtmlIcons.Of(pages.Select(page => PartText.Decode(page, MaxPageLookedAt)));
        attachments.RemoveAll(file => FilePart.IsInline(file.Entity) && file.Entity.ContentId is { } id && icons.Contains(id));
    }

    private bool IsBody(TextPart part) =>
        (part.IsPlain || part.IsHtml || part.IsFlowed || part.IsEnriched || part.ContentType.IsMimeType("text", "markdown"))
        && !part.IsAttachment
        && !Decoration.Is(part)
        && (bodies == 0 || string.IsNullOrEmpty(part.FileName));

    private string Read(TextPart part)
    {
        bodies++;
        if (part.IsHtml)
        {
            pages.Add(part);
            IsConverted = true;
        }

        return texts.Read(part);
    }
}
