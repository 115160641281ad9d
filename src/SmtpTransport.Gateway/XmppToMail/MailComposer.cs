using System.Text;
using MimeKit;
using MimeKit.Utils;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>Composes the one mail that a draft becomes. Pure: Message-ID and Date are given, and never change afterwards.</summary>
public static class MailComposer
{
    private const int MaxName = 100;
    private const int MaxSubject = 300;
    private const int MaxFirstWords = 60;
    private const int MaxReferences = 20;
    private const string Action = "/me ";

    /// <summary>Octets of a line (RFC 5322 §2.1.1), with room for the field's name.</summary>
    private const int MaxLine = 950;

    /// <param name="lines">At least one, in the order in which they were written; several become paragraphs of one text.</param>
    public static MimeMessage Compose(IReadOnlyList<DraftLine> lines, ComposeContext context)
    {
        var name = PlainText.OneLine(context.DisplayName ?? "", MaxName);
        lines = [.. lines.Select(line => InWords(FileParts.Text(line, context.Files), name.Length > 0 ? name : context.From.Local))];
        var text = MailBody.Text(lines);
        var date = lines[^1].WrittenAt < context.Now ? lines[^1].WrittenAt : context.Now;
        var mail = new MimeMessage
        {
            Date = date,
            MessageId = MessageIdText.Clean(context.MessageId) is { Length: > 0 } id ? id : throw new ArgumentException("Not a Message-ID", nameof(context)),
            Subject = Subject(lines, context, text, name),
            Body = FileParts.With(Words(lines, context), context.Files, $"=_files-{Token(context.MessageId)}"),
        };
        mail.From.Add(Mailbox(context.From, name));
        mail.To.AddRange(context.To.Select(address => Mailbox(address, "")));
        mail.Cc.AddRange(context.Cc.Select(address => Mailbox(address, "")));

        // RFC 5322 §3.6.3: Bcc may leave nobody to name.
        if (mail.To.Count + mail.Cc.Count == 0)
            mail.To.Add(new GroupAddress("undisclosed-recipients"));
        AddThread(mail, context);

        mail.Headers.Add(JabberId(context.User));

        // RFC 8098 §2.1. An address that cannot be written in ASCII asks nobody.
        if (context is { WantsReadReceipt: true, From.NeedsSmtpUtf8: false })
            mail.Headers.Add(HeaderId.DispositionNotificationTo, context.From.ToAscii());
        if (context.LoopMark is { } mark)
        {
            mail.Headers.Add(LoopMark.Field, PlainText.OneLine(mark, 200));
        }

        mail.Headers.Insert(0, "Received", Trace(context));
        mail.Prepare(EncodingConstraint.SevenBit);
        return mail;
    }

    public static byte[] ToBytes(MimeMessage mail)
    {
        using var octets = new MemoryStream();
        Write(mail, octets);
        return octets.ToArray();
    }

    /// <summary>The octets to store and send: with headers in UTF-8 (RFC 6532) only when an address needs it.</summary>
    public static void Write(MimeMessage mail, Stream octets)
    {
        var international = mail.From.Concat(mail.To).Concat(mail.Cc).OfType<MailboxAddress>().Any(mailbox => !Ascii.IsValid(mailbox.LocalPart));
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        options.International = international;
        mail.WriteTo(options, octets);
    }

    // An IDN goes as A-labels, which everyone can carry; only a local part can force SMTPUTF8 upon the mail.
    private static MailboxAddress Mailbox(EmailAddress address, string name) =>
        new(Encoding.UTF8, name, address.NeedsSmtpUtf8 ? address.ToString() : address.ToAscii());

    /// <summary>The latest line's own subject; else the conversation's, as an answer; else the first words.</summary>
    private static string Subject(IReadOnlyList<DraftLine> lines, ComposeContext context, string text, string name)
    {
        var own = lines.LastOrDefault(line => !string.IsNullOrWhiteSpace(line.Subject))?.Subject;
        if (own is not null)
        {
            return PlainText.OneLine(own, MaxSubject);
        }

        if (SubjectLine.Reply(PlainText.OneLine(context.ConversationSubject ?? "", MaxSubject)) is { Length: > 0 } answer)
        {
            return answer;
        }

        var words = FirstWords(PlainText.OneLine(OwnLine(text.Trim()), MaxSubject));
        return words.Length > 0 ? words : context.Files is [var first, ..] ? first.Name : $"Message from {(name.Length > 0 ? name : context.From.ToString())}";
    }

    /// <summary>The first that is neither quoted nor a mark of code, as far as there is one.</summary>
    private static string OwnLine(string text) =>
        text.Split('\n').FirstOrDefault(line => !string.IsNullOrWhiteSpace(line) && !line.StartsWith('>') && line.Trim('`', ' ').Length > 0) ?? text.Split('\n', 2)[0];

    /// <summary>XEP-0245: a mail program does not put the name there.</summary>
    private static DraftLine InWords(DraftLine line, string who) =>
        line.Body.StartsWith(Action, StringComparison.Ordinal) ? line with { Body = $"* {who} {line.Body[Action.Length..]}", Layout = null } : line;

    private static string FirstWords(string line)
    {
        if (line.Length <= MaxFirstWords)
        {
            return line;
        }

        var end = line.LastIndexOf(' ', MaxFirstWords);
        return line[..(end > 0 ? end : PlainText.CutBefore(line, 0, MaxFirstWords))] + " ...";
    }

    /// <summary>Null when the files are all there is.</summary>
    private static MimeEntity? Words(IReadOnlyList<DraftLine> lines, ComposeContext context) =>
        context is { Files.Count: > 0, Quotation: null } && MailBody.Text(lines).Length == 0 ? null : MailBody.Of(lines, context.Quotation, $"=_{Token(context.MessageId)}");

    /// <summary>RFC 5322 §3.6.4: the parent's chain and the parent; of a long chain its root and its latest.</summary>
    private static void AddThread(MimeMessage mail, ComposeContext context)
    {
        var chain = context.References.Append(context.InReplyTo ?? "").Select(MessageIdText.Clean).Where(id => id.Length > 0).Distinct().ToList();
        if (chain.Count > MaxReferences)
        {
            chain.RemoveRange(1, chain.Count - MaxReferences);
        }

        // As raw fields: MimeKit's own properties refuse ids that other programs do make.
        if (chain.Count > 0)
        {
            mail.Headers.Add(HeaderId.References, string.Join(' ', chain.Select(id => $"<{id}>")));
        }

        if (MessageIdText.Clean(context.InReplyTo ?? "") is { Length: > 0 } parent)
        {
            mail.Headers.Add(HeaderId.InReplyTo, $"<{parent}>");
        }
    }

    /// <summary>RFC 7259 §2: other characters than ASCII as encoded words. What is ASCII stays as it is: MimeKit would encode a long word, too.</summary>
    private static Header JabberId(Jid user)
    {
        var address = PlainText.OneLine(user.Bare.ToString(), 3071);
        var header = new Header(Encoding.UTF8, "Jabber-ID", address);
        if (Ascii.IsValid(address) && address.Length < MaxLine)
            header.SetRawValue(Encoding.ASCII.GetBytes($" {address}\r\n"));
        return header;
    }

    // RFC 5321 §3.7.2: a gateway adds its own line. It names the server, not the device that wrote.
    private static string Trace(ComposeContext context) =>
        $"from {MailMessageId.Ascii(context.User.Domain)} by {MailMessageId.Ascii(context.Hostname)} with XMPP"
        + $" id {Token(context.MailId)}; {DateUtils.FormatDate(context.Now)}";

    private static string Token(string id) => string.Concat(id.Where(char.IsAsciiLetterOrDigit).Take(64));
}
