using System.Globalization;
using System.Xml.Linq;
using SmtpTransport.Gateway.Styling;
using SmtpTransport.Gateway.Text;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>
/// What a mail quotes of the message that it answers. It stands below the answer, where mail programs fold it away. Pure.
/// </summary>
/// <param name="Attribution">One line; null when nobody knows whose it is.</param>
internal sealed record Quotation(string? Attribution, string Text)
{
    private const int MaxLines = 30;
    private const int MaxLength = 3000;
    private const int MaxWho = 400;
    private const string Cut = "[…]";

    /// <param name="quoted">As the client of the answer had it; null or empty when there is nothing to quote.</param>
    /// <param name="subject">Of the conversation: where it stands first, it was put there for chat, as were other lines.</param>
    public static Quotation? Of(string? quoted, string? attribution, string? subject)
    {
        var text = WithoutSubject(PlainText.Clean(quoted ?? "").Trim('\n'), subject ?? "");
        text = string.Join("\n\n", text.Split("\n\n").Select(WithoutAddedLines).Where(paragraph => paragraph.Length > 0)).Trim('\n');
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var lines = text[..PlainText.CutBefore(text, 0, MaxLength)].Split('\n');
        return new Quotation(
            attribution,
            string.Join('\n', lines.Take(MaxLines)) + (lines.Length > MaxLines || text.Length > MaxLength ? "\n" + Cut : ""));
    }

    private static string WithoutAddedLines(string paragraph) => string.Join('\n', paragraph.Split('\n').Where(line => !AddedLine.Is(line)));

    private static string WithoutSubject(string text, string subject)
    {
        var end = text.IndexOf('\n') is var line and >= 0 ? line : text.Length;
        return subject.Length > 0 && SubjectLine.Base(text[..end]).Equals(SubjectLine.Base(subject), StringComparison.OrdinalIgnoreCase) ? text[end..] : text;
    }

    /// <param name="who">A name with an address, or an address.</param>
    public static string By(string who, DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"On {at.ToUniversalTime():ddd, d MMM yyyy} at {at.ToUniversalTime():HH:mm} UTC, {PlainText.OneLine(who, MaxWho)} wrote:");

    public string ToText() => (Attribution is null ? "" : Attribution + "\n")
        + string.Join('\n', Text.Split('\n').Select(line => line.StartsWith('>') ? ">" + line : line.Length > 0 ? "> " + line : ">"));

    public IEnumerable<XElement> ToHtml() =>
        [.. Attribution is null ? [] : new[] { Html.Paragraph(Attribution) }, Html.Quote(StyledText.Plain(Text).Blocks)];
}
