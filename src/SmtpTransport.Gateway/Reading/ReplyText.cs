namespace SmtpTransport.Gateway.Reading;

/// <summary>
/// What the author of an answer wrote, the signature, and the history quoted below it. Where the text leaves any doubt, all of
/// it is what the author wrote: nothing of it may be lost.
/// </summary>
/// <param name="Written">With inline answers, which keep the quotations between them.</param>
internal sealed record ReplyText(string Written, string Signature, string History)
{
    public static ReplyText Of(string text)
    {
        var lines = text.Split('\n');
        var history = QuotedHistory.Start(lines);
        var (signature, end) = SignatureLines.Find(lines, history);
        if (Blank(lines, 0, signature))
            (signature, end) = (history, history);
        return Blank(lines, 0, signature)
            ? new ReplyText(text, "", "")
            : new ReplyText(Part(lines, 0, signature), Part(lines, signature, end), Part(lines, end, lines.Length));
    }

    private static bool Blank(string[] lines, int start, int end) => lines[start..end].All(string.IsNullOrWhiteSpace);

    private static string Part(string[] lines, int start, int end) => string.Join('\n', lines[start..end]).Trim('\n');
}
