using MimeKit;
using SmtpTransport.Gateway.Reading;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.Translation;

/// <summary>Mail to messages: a pure function of the mail and what is known around it (design §5).</summary>
public static class MailTranslator
{
    /// <summary>
    /// What the mark of a subject line inside a body is for (XEP-0428 §3): our own name, since no protocol has one.
    /// A client that shows subjects may hide that line.
    /// </summary>
    public const string SubjectFallback = "urn:smtp-transport:subject:0";

    /// <summary>At least one message; the first carries the text, or a line that names the files. Each stays under 200 KiB.</summary>
    public static TranslatedMail Translate(MimeMessage mail, MailContext context)
    {
        var headers = MailHeaders.Of(mail);
        if (context.Concerned is not { } concerned || MailSignal.Of(mail, headers) is not { } signal)
            return Messages(mail, headers, context, 0);
        var first = Stanza.Message(
            context.Contact, context.User, context.StanzaId(0), "chat", signal.About(concerned), new OriginId(context.StanzaId(0)), new StoreHint(), context.Lateness);
        if (signal.IsAll)
            return new TranslatedMail([first], MailCut.None);
        var words = Messages(mail, headers, context, 1);
        return words with { Stanzas = [first, .. words.Stanzas] };
    }

    /// <param name="firstPart">The number of the first one: not 0 when a signal goes before it.</param>
    private static TranslatedMail Messages(MimeMessage mail, MailHeaders headers, MailContext context, int firstPart)
    {
        var isNews = IsNews(headers, context.PreviousSubject);
        var content = MailContent.Of(mail);
        var subject = isNews && !SubjectLine.IsTakenFrom(content.Text, headers.Subject) ? headers.Subject + "\n\n" : "";
        var list = MailingList.Of(mail);
        var addressed = AddressBlock.Of(mail, context, list is { Name.Length: > 0 });
        var files = FollowingFiles.Of(content, context);
        var closing = string.Join('\n', new[] { files.Words, isNews ? ListLines(list, content.Text) : "", addressed.Words }.Where(lines => lines.Length > 0));
        var sender = Paragraph(context.Sender?.Lines() ?? []);
        var author = context.List is null ? "" : Paragraph([$"[From {AuthorOf(mail, headers)}]"]);
        var warnings = Paragraph(context.Warnings.Select(warning => $"[Warning: {warning}]"));
        var text = MailText.Of(subject + sender + warnings + author, content, firstPart == 0 ? content.Reaction : "", closing, files.Cut, context);
        return new TranslatedMail([.. text.Pieces.Select((body, part) => Stanza.Message(
            context.Contact,
            context.User,
            context.StanzaId(firstPart + part),
            "chat",
            [.. part == 0 ? First(mail, headers, context, subject, sender) : [],
                part == text.Pieces.Count - 1 && addressed.Words.Length > 0 ? new Fallback(ExtendedAddresses.Namespace.NamespaceName, TextRange.AtEnd(body, addressed.Words)) : null,
                part == 0 ? addressed.Addresses : null,
                new Body(body),
                context.Preferences.XhtmlIm && text.Pieces.Count == 1 && !text.Cut.HasFlag(MailCut.Length) ? content.Layout() : null,
                new MessageThread(context.Thread),
                new OriginId(context.StanzaId(firstPart + part)),
                new Unstyled(),
                context.Lateness]))], text.Cut)
        {
            Parts = text.Cut.HasFlag(MailCut.Length) && FollowingFiles.TextFollows(context) ? [MailPart.Text, .. files.Parts] : files.Parts,
        };
    }

    /// <summary>What only the first message of a mail says.</summary>
    private static IPayload?[] First(MimeMessage mail, MailHeaders headers, MailContext context, string heading, string sender) =>
    [
        headers.Subject.Length > 0 ? new Subject(headers.Subject) : null,
        heading.Length > 0 ? new Fallback(SubjectFallback, TextRange.Of(heading)) : null,
        sender.Length > 0 ? new Fallback(SenderNotice.Namespace.NamespaceName, TextRange.Of(sender).After(heading)) : null,
        context.Sender,
        context.ReplyTo is { } target ? new Reply(target.StanzaId, target.To) : null,
        context.FirstContact && NameOf(headers, context) is { } name ? new Nick(name) : null,
        HeaderBlock.Of(mail, headers),
        context.ReceiptTo is null ? null : new Markable(),
    ];

    private static bool IsNews(MailHeaders headers, string? previous) =>
        headers.Subject.Length > 0
        && (previous is null || !headers.BaseSubject.Equals(SubjectLine.Base(previous), StringComparison.OrdinalIgnoreCase));

    private static string AuthorOf(MimeMessage mail, MailHeaders headers) =>
        MailParticipants.Of(mail).Authors is [var author, ..] ? author.ToString() : headers.DisplayName ?? "";

    private static string? NameOf(MailHeaders headers, MailContext context) =>
        context.List is not null ? null
        : context.Sender is { IsDisguised: true } sender ? sender.Address : headers.DisplayName;

    private static string Paragraph(IEnumerable<string> lines) => string.Join('\n', lines) is { Length: > 0 } text ? text + "\n\n" : "";

    /// <summary>Said once in a conversation, and not what the mail says itself.</summary>
    private static string ListLines(MailingList? list, string text)
    {
        List<string> lines = [];
        if (list is { Name.Length: > 0 })
            lines.Add($"[Mailing list: {list.Name}{(list.Post is { } post ? $" <{post}>" : "")}]");
        if (list?.Unsubscribe is { } link && !text.Contains(link, StringComparison.Ordinal))
            lines.Add($"[Unsubscribe: {link}]");
        return string.Join('\n', lines);
    }
}

/// <param name="Cut">What the messages leave out.</param>
public sealed record TranslatedMail(IReadOnlyList<Stanza> Stanzas, MailCut Cut)
{
    /// <summary>What follows them, each as a message of its own; numbers as in <see cref="MailPart"/>.</summary>
    public IReadOnlyList<int> Parts { get; init; } = [];
}
