using System.Globalization;
using SmtpTransport.Gateway.Accounts;
using SmtpTransport.Gateway.Reading;
using SmtpTransport.Gateway.Text;

namespace SmtpTransport.Gateway.Translation;

/// <summary>What a mail has that its messages have not: whoever wants it needs the whole mail.</summary>
[Flags]
public enum MailCut
{
    None = 0,

    /// <summary>The end of a text that is too long.</summary>
    Length = 1,

    /// <summary>The quoted history, for users who do not want it.</summary>
    History = 2,

    Signature = 4,

    /// <summary>The text was made of a page of HTML.</summary>
    Layout = 8,

    /// <summary>More files than anybody wants as messages.</summary>
    Files = 16,
}

/// <summary>The text of a mail as its messages carry it.</summary>
/// <param name="Pieces">One for each message, each short enough for every server. At least one.</param>
internal sealed record MailText(IReadOnlyList<string> Pieces, MailCut Cut)
{
    private const string HistoryMark = "[…]";

    /// <param name="heading">Stands before the text.</param>
    /// <param name="closing">Stands behind it, always whole.</param>
    /// <param name="reaction">Said in words, where it could not be said as a reaction.</param>
    /// <param name="filesCut">Of its files.</param>
    /// <param name="context">With a page to read the rest on, one message is enough.</param>
    public static MailText Of(string heading, MailContent content, string reaction, string closing, MailCut filesCut, MailContext context)
    {
        var (text, cut) = Trimmed(content.Text, context.Preferences);
        text = (text + (reaction.Length > 0 ? "\n\n" + reaction : "")).TrimStart('\n');
        if (text.Length == 0 && closing.Length == 0)
            text = "(no text)";
        var (pieces, beyond) = TextPieces.Of(heading + text, context.PageLink is null ? TextPieces.MaxPieces : 1);
        if (pieces.Count == 0)
            pieces.Add("");
        if (beyond + content.Unread > 0)
        {
            cut |= MailCut.Length;
            pieces[^1] += $"\n\n[Cut here: about {Thousands(beyond + content.Unread)} more characters are in {(FollowingFiles.TextFollows(context) ? "mail.txt, which follows" : "the mail")}]";
        }

        cut |= filesCut | (content.IsConverted ? MailCut.Layout : MailCut.None);
        var link = cut != MailCut.None && context.PageLink is { } page ? AddedLine.WholeMail + page : "";
        foreach (var paragraph in (string[])[link, closing])
            if (paragraph.Length > 0)
                pieces[^1] = (pieces[^1] + "\n\n" + paragraph).TrimStart('\n');
        return new MailText(pieces, cut);
    }

    private static (string Text, MailCut Cut) Trimmed(string text, AccountPreferences preferences)
    {
        if (!preferences.TrimQuotes && !preferences.TrimSignatures)
            return (text, MailCut.None);
        var parts = ReplyText.Of(text);
        var cut = (preferences.TrimQuotes && parts.History.Length > 0 ? MailCut.History : MailCut.None)
            | (preferences.TrimSignatures && parts.Signature.Length > 0 ? MailCut.Signature : MailCut.None);
        string[] kept =
        [
            parts.Written,
            cut.HasFlag(MailCut.Signature) ? "" : parts.Signature,
            cut.HasFlag(MailCut.History) ? HistoryMark : parts.History,
        ];
        return cut == MailCut.None ? (text, cut) : (string.Join("\n\n", kept.Where(part => part.Length > 0)), cut);
    }

    private static string Thousands(long count) =>
        count < 1000 ? count.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{count / 1000},000");
}
