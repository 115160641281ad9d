using System.Xml.Linq;
using MimeKit;
using SmtpTransport.Gateway.Accounts;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Translation;
using SmtpTransport.Mail;
using SmtpTransport.Tests.Support;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.Translation;

/// <summary>
/// Each <c>.eml</c> in <c>Cases/MailToXmpp</c> becomes the messages in the <c>.xml</c> beside it. What is known around a mail
/// stands in its own header: <c>X-Case: trim-quotes trim-signatures xhtml read-receipts known null-sender answers page files</c>;
/// with <c>files</c> there is a place for them, and they follow.
/// </summary>
internal sealed class MailTranslatorCases
{
    public static readonly MailContext Context = new()
    {
        Contact = new Jid("bob%mail.test", "smtp.example", ""),
        User = new Jid("alice", "example.org", ""),
        JidOf = JidOf,
        StanzaId = part => $"m{part}",
        Thread = "t1",
        FirstContact = true,
        ReceivedAt = new(2026, 11, 22, 15, 0, 0, TimeSpan.Zero),
        Now = new(2026, 11, 22, 15, 0, 1, TimeSpan.Zero),
    };

    private static IEnumerable<TestCaseData> Mails => TestCases.In("MailToXmpp", ".eml");

    [TestCaseSource(nameof(Mails))]
    public async Task A_mail_becomes_messages(string file)
    {
        await using var stream = File.OpenRead(file);
        var mail = MailFile.Load(stream);
        var context = ContextOf(mail.Headers["X-Case"] ?? "");

        var translated = MailTranslator.Translate(mail, context);

        var messages = translated.Stanzas.ToList();
        foreach (var part in translated.Parts)
        {
            await using var opened = (await FileOpening.OpenAsync(mail, part, CancellationToken.None))!;
            // An archive holds the time at which it was made.
            var metadata = part == MailPart.Archive ? opened.Metadata with { Size = null, Sha256 = null } : opened.Metadata;
            messages.Add(opened.Metadata.Size == 0
                ? FileMessage.Empty(context, $"f{part}", opened.Words)
                : FileMessage.Of(context, $"f{part}", metadata, opened.IsInline, "https://upload.example.org/" + Uri.EscapeDataString(opened.Metadata.Name!)));
        }

        TestCases.Compare(file, ".xml", new XElement("messages", messages.Select(message => message.ToXml())) + "\n");
    }

    [Test]
    public void There_are_enough_of_them() => Assert.That(Mails.Count(), Is.GreaterThanOrEqualTo(120));

    private static MailContext ContextOf(string known)
    {
        var words = known.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Context with
        {
            Preferences = new AccountPreferences
            {
                TrimQuotes = words.Contains("trim-quotes"),
                TrimSignatures = words.Contains("trim-signatures"),
                XhtmlIm = words.Contains("xhtml"),
                GiveReadReceipts = words.Contains("read-receipts"),
            },
            Concerned = words.Contains("known") ? "s1" : null,
            ReceiptTo = words.Contains("read-receipts") ? EmailAddress.Parse("bob@mail.test") : null,
            List = words.Contains("list") ? EmailAddress.Parse("friday@lists.test") : null,
            HasNullSender = words.Contains("null-sender"),
            ReplyTo = words.Contains("answers") ? new ReplyTarget("s1", Context.User) : null,
            PreviousSubject = words.Contains("answers") ? "Plan" : null,
            FirstContact = !words.Contains("answers"),
            FilesFollow = words.Contains("files"),
            PageLink = words.Contains("page") ? "https://mail.example.org/m/AbCdEfGhIjKlMnOpQrStUvWx" : null,
        };
    }

    private static Jid? JidOf(EmailAddress mailbox) => mailbox.Domain switch
    {
        "example.org" => new Jid(mailbox.Local.Split('+')[0], "example.org", ""),
        _ when mailbox.IsLiteral => null,
        _ => new Jid($"{mailbox.Local.ToLowerInvariant()}%{mailbox.Domain}", "smtp.example", ""),
    };
}
