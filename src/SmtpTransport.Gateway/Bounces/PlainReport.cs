using MimeKit;
using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.Bounces;

/// <summary>Reads bounces of no standard form: who is named in their text, and what is said of each.</summary>
internal static class PlainReport
{
    private const int MaxRecipients = 100;

    /// <summary>How many lines belong to an address: what the servers said follows at once.</summary>
    private const int MaxWords = 25;

    /// <summary>Null when the mail does not look like one.</summary>
    public static Bounce? Read(MimeMessage mail)
    {
        var lines = Lines(mail);
        if (!LooksLikeBounce(mail, lines))
            return null;
        if (lines.Any(line => line.StartsWith("Final-Recipient:", StringComparison.OrdinalIgnoreCase)) && StatusReport.Read(lines) is { } standard)
            return standard;
        var isLate = lines.Append(mail.Subject ?? "").Any(BouncePatterns.Late.IsMatch);
        var named = Named(mail, lines);
        return new Bounce([.. named.Select(one => Recipient(one.Address, lines, one.From, one.To, isLate))]);
    }

    /// <summary>Two of three: who sends it, what it is called, what it says. A user may do one of them.</summary>
    private static bool LooksLikeBounce(MimeMessage mail, List<string> lines)
    {
        var signs = 0;
        if (BouncePatterns.Sender.IsMatch(mail.Headers[HeaderId.From] ?? ""))
            signs++;
        if (BouncePatterns.Subject.IsMatch(mail.Subject ?? ""))
            signs++;
        if (BouncePatterns.Opening.IsMatch(string.Join(' ', lines)))
            signs++;
        return signs >= 2 || mail.Headers.Contains("X-Failed-Recipients");
    }

    private static BouncedRecipient Recipient(EmailAddress? address, List<string> lines, int from, int to, bool isLate)
    {
        var words = string.Join(' ', lines.Skip(from).Take(Math.Min(to - from, MaxWords)).Select(line => line.Trim()));
        var reply = RemoteWords.Read(null, words);
        // Codes before the address, as in a transcript, speak of it too.
        if (!RemoteWords.HasRefusal(words) && string.Join(' ', lines.Select(line => line.Trim())) is var all && RemoteWords.HasRefusal(all))
            reply = RemoteWords.Read(null, all) with { Text = reply.Text };
        else if (!RemoteWords.HasRefusal(words) && (isLate || BouncePatterns.Expired.IsMatch(words)))
            reply = reply with { Code = 450, Enhanced = "4.0.0" };
        return new BouncedRecipient(address is { } known ? [known] : [], isLate ? BounceAction.Delayed : BounceAction.Failed, reply.AsRefusal(), null);
    }

    /// <summary>Each address that a line begins with, or is about, and the lines up to the next one.</summary>
    private static List<(EmailAddress? Address, int From, int To)> Named(MimeMessage mail, List<string> lines)
    {
        var starts = new List<(EmailAddress Address, int Line)>();
        foreach (var (index, line) in lines.Index())
        {
            if (starts.Count < MaxRecipients && Leading(line) is { } address && starts.TrueForAll(start => start.Address.Key != address.Key))
                starts.Add((address, index));
        }

        if (starts.Count > 0)
            return [.. starts.Select((start, i) => ((EmailAddress?)start.Address, start.Line, i + 1 < starts.Count ? starts[i + 1].Line : lines.Count))];
        var failed = (mail.Headers["X-Failed-Recipients"] ?? "").Split(',', MaxRecipients).Select(Parsed).OfType<EmailAddress>().ToList();
        if (failed.Count == 0 && lines.SelectMany(line => BouncePatterns.Address.Matches(line).Take(5)).Select(match => Parsed(match.Value)).FirstOrDefault(found => found is not null) is { } any)
            failed.Add(any);
        return failed.Count > 0 ? [.. failed.Select(address => ((EmailAddress?)address, 0, lines.Count))] : [(null, 0, lines.Count)];
    }

    /// <summary>The address that a line begins with, before anything else is said.</summary>
    private static EmailAddress? Leading(string line)
    {
        // A transcript says "550 <bob@mail.test>... User unknown".
        var text = line.Length > 4 && char.IsAsciiDigit(line[0]) && line[3] == ' ' ? line[4..] : line;
        text = text.TrimStart(' ', '\t', '*', '-', '>', '<', '"', '\'');
        return BouncePatterns.Address.Match(text) is { Success: true, Index: 0 } match ? Parsed(match.Value) : null;
    }

    private static EmailAddress? Parsed(string text) => EmailAddress.TryParse(text.Trim(), out var address) ? address : null;

    /// <summary>The text of the report, up to the mail that it returns.</summary>
    private static List<string> Lines(MimeMessage mail)
    {
        var text = mail.BodyParts.OfType<TextPart>().FirstOrDefault() is { } part ? BounceText.Of(part) : BounceText.Of((mail.Body as Multipart)?.Preamble ?? "");
        return [.. text.TakeWhile((line, index) => index < 1 || !BouncePatterns.Returned.IsMatch(line))];
    }
}
