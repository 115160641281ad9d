using System.Text;

namespace SmtpTransport.Mail.Delivery;

/// <summary>A remote server's words as a value that is fit for logs, stanzas and the queue.</summary>
internal static class RemoteReply
{
    private const int MaxTextLength = 500;

    /// <param name="atRcpt">The reply was to RCPT, so a bare 550 speaks of the mailbox.</param>
    public static SmtpReply Read(int code, string? text, bool atRcpt = false)
    {
        var lines = (text ?? "").Split('\n', 20);
        var enhanced = EnhancedCode(code, lines[0]);
        if (enhanced.Length > 0)
        {
            // RFC 2034 §4: the same code stands on every line.
            for (var i = 0; i < lines.Length; i++)
                lines[i] = lines[i].StartsWith(enhanced, StringComparison.Ordinal) ? lines[i][enhanced.Length..] : lines[i];
        }

        var said = new SmtpReply(code, enhanced, Sanitise(string.Join(' ', lines)));
        return enhanced.Length > 0 ? said : said with { Enhanced = FromBasicCode(said, atRcpt) };
    }

    /// <summary>A refusal that we take for a passing one: the same words, in the class of what may be tried again.</summary>
    public static SmtpReply AsTransient(this SmtpReply reply) => reply.IsPermanent
        ? reply with { Code = reply.Code - 100, Enhanced = reply.Enhanced.Length > 0 ? '4' + reply.Enhanced[1..] : "" }
        : reply;

    public static DeliveryOutcome ToOutcome(this SmtpReply reply, string? host) => reply switch
    {
        { IsPositive: true, Code: < 300 } => new DeliveryOutcome.Delivered(reply, host ?? ""),
        { IsPermanent: true } => new DeliveryOutcome.Failed(new DeliveryFailure(reply, host)),
        { IsTransient: true } => new DeliveryOutcome.Deferred(new DeliveryFailure(reply, host)),
        _ => new DeliveryOutcome.Deferred(new DeliveryFailure(new SmtpReply(451, "4.5.0", $"Unexpected reply: {reply}"), host)),
    };

    // RFC 3463 §2: class "." subject "." detail; RFC 2034 §4: its class is that of the basic code, else it is just text.
    private static string EnhancedCode(int code, string line)
    {
        var end = line.IndexOf(' ') is var space && space >= 0 ? space : line.Length;
        var parts = line[..end].Split('.');
        var valid = parts.Length == 3
            && parts[0].Length == 1 && parts[0][0] - '0' == code / 100
            && parts[1..].All(part => part.Length is >= 1 and <= 3 && part.All(char.IsAsciiDigit));
        return valid ? line[..end] : "";
    }

    // RFC 5321 §4.2.3 and the registry of RFC 5248 §2.4, for servers that speak no RFC 2034.
    private static string FromBasicCode(SmtpReply reply, bool atRcpt) => reply.Code switch
    {
        421 => "4.3.2",
        450 when atRcpt => "4.2.0",
        452 when atRcpt => "4.5.3",
        452 => "4.3.1",
        454 => "4.7.0",
        500 or 502 or 503 => "5.5.1",
        501 when atRcpt => "5.1.3",
        501 or 504 or 555 => "5.5.4",
        521 => "5.3.2",
        530 => "5.7.0",
        535 => "5.7.8",
        550 when atRcpt => "5.1.1",

        // Whoever refuses the sender or the text without saying why has a rule against it.
        550 => "5.7.0",
        551 => "5.1.6",
        552 when atRcpt => ProviderTexts.Classify(reply) == ReplyClass.Mailbox ? "5.2.2" : "5.5.3",
        552 => "5.3.4",
        553 when atRcpt => "5.1.3",
        556 => "5.1.10",
        >= 200 and < 600 => $"{reply.Code / 100}.0.0",
        _ => "",
    };

    private static string Sanitise(string text)
    {
        var clean = new StringBuilder(Math.Min(text.Length, MaxTextLength));
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length >= MaxTextLength)
                break;
            var speaks = !Rune.IsControl(rune) && !Rune.IsWhiteSpace(rune);
            if (speaks)
                clean.Append(rune);
            else if (clean.Length > 0 && clean[^1] != ' ')
                clean.Append(' ');
        }

        return clean.ToString().TrimEnd();
    }
}
