using System.Globalization;
using MimeKit;
using SmtpTransport.Gateway.Links;
using SmtpTransport.Gateway.Reading;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Gateway.Translation;

namespace SmtpTransport.Gateway.Pages;

/// <summary>The whole mail on one page: who it is from and whether that is so, its text, its files. A pure function.</summary>
public static class MailPage
{
    private const int MaxNamed = 100;
    private const int MaxField = 500;

    /// <param name="token">Of the link: everything else lies below it, and is named relative to it.</param>
    public static Markup Of(MimeMessage mail, LinkedMail link, string token)
    {
        var content = MailContent.Whole(mail);
        var subject = PlainText.OneLine(mail.Subject ?? "", MailHeaders.MaxSubject) is { Length: > 0 } named ? named : "(no subject)";
        return OwnPage.Of(subject, Markup.Of(
            $"""
            <section aria-label="About this mail"><dl>{Fields(mail, link)}</dl>{Verdict(link)}</section>
            <section aria-labelledby="text"><h2 id="text">Text</h2>{Text(content, token)}</section>
            {Files(content.Attachments, token)}
            <footer>
            <p><a href="{token}/mail.eml" download>Download the mail as it came (.eml)</a></p>
            <p>This link works until {Day(link.ExpiresAt)} (UTC), for whoever has it.</p>
            <form action="{token}/revoke"><button>End it now</button></form>
            </footer>
            """));
    }

    private static IEnumerable<Markup> Fields(MimeMessage mail, LinkedMail link)
    {
        var people = MailParticipants.Of(mail);
        yield return Field("From", people.Authors.Count > 0 ? Names(people.Authors) : PlainText.OneLine(mail.Headers[HeaderId.From] ?? "", MaxField));
        yield return Field("To", Names(people.To));
        yield return Field("Cc", Names(people.Cc));
        yield return Field("Answers go to", Names(people.ReplyTo));
        yield return Field("Date", mail.Headers[HeaderId.Date] is { Length: > 0 } ? $"{Day(mail.Date)} {mail.Date.ToString("HH:mm zzz", CultureInfo.InvariantCulture)}" : "");
        yield return Field("Received", $"{Day(link.ReceivedAt)} {link.ReceivedAt.ToString("HH:mm", CultureInfo.InvariantCulture)} UTC");
    }

    private static Markup Field(string name, string value) => value.Length == 0 ? Markup.Nothing : Markup.Of($"<dt>{name}</dt><dd dir=\"auto\">{value}</dd>");

    private static string Names(IReadOnlyList<Participant> people) =>
        string.Join(", ", people.Take(MaxNamed)) + (people.Count > MaxNamed ? $" and {people.Count - MaxNamed} more" : "");

    private static Markup Verdict(LinkedMail link)
    {
        var words = VerdictWords.Of(link.Authentication);
        var mark = link.Authentication.Author switch
        {
            AuthorStanding.Verified => "good",
            AuthorStanding.Doubtful => "bad",
            _ => "open",
        };
        return Markup.Of(
            $"""
            {link.Warnings.Select(warning => Markup.Of($"<p class=\"verdict bad\">Warning: {warning}</p>"))}
            {(words.Summary.Length > 0 ? Markup.Of($"<p class=\"verdict {mark}\">{words.Summary}</p>") : Markup.Nothing)}
            {(words.Details.Count > 0 ? Markup.Of($"<details><summary>What was checked</summary><ul>{words.Details.Select(Item)}</ul></details>") : Markup.Nothing)}
            """);
    }

    private static Markup Item(string words) => Markup.Of($"<li>{words}</li>");

    private static Markup Text(MailContent content, string token)
    {
        var text = content.Text.Length > 0
            ? Markup.Of($"<div class=\"text\" dir=\"auto\">{TextMarkup.Of(content.Text)}</div>")
            : Markup.Of($"<p class=\"quiet\">(no text)</p>");
        var all = content.Unread > 0 ? Markup.Of($"{text}<p class=\"quiet\">The text goes on: the mail as it came (.eml) has all of it.</p>") : text;
        return content.Pages.Count == 0 ? all : Markup.Of(
            $"""
            <iframe title="The mail as its sender laid it out" src="{token}/{FramePage.Name}" sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer"></iframe>
            <p><a href="{token}/{FramePage.Name}">Open it on a page of its own</a></p>
            <details><summary>As plain text</summary>{all}</details>
            """);
    }

    private static Markup Files(IReadOnlyList<Attachment> files, string token) => files.Count == 0 ? Markup.Nothing : Markup.Of(
        $"""<section aria-labelledby="files"><h2 id="files">Files</h2><ul>{files.Select((file, i) => File(file, i + 1, token))}</ul></section>""");

    private static Markup File(Attachment file, int number, string token)
    {
        var name = FileName.Of(file.Entity, file.Name);
        return Markup.Of($"<li dir=\"auto\"><a href=\"{token}/file/{number}/{Uri.EscapeDataString(name)}\" download>{name}</a> <span class=\"quiet\">{file.Details}</span></li>");
    }

    private static string Day(DateTimeOffset time) => time.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);
}
