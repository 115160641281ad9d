using MimeKit;
using SmtpTransport.Gateway.Text;

namespace SmtpTransport.Gateway.Reading;

/// <summary>What calendar entries and contact cards of a mail say, for those whose client cannot open them.</summary>
internal sealed class PartSummaries
{
    private const int MaxOctets = 64 * 1024;
    private const int Max = 5;

    private readonly List<string> summaries = [];

    public enum Outcome
    {
        None,
        New,
        Known,
    }

    public IEnumerable<string> All => summaries;

    public Outcome AddIfNew(MimePart part)
    {
        if (summaries.Count >= Max || Read(part) is not { } summary)
            return Outcome.None;
        if (summaries.Contains(summary))
            return Outcome.Known;
        summaries.Add(summary);
        return Outcome.New;
    }

    private static string? Read(MimePart part) => part.ContentType.MimeType.ToLowerInvariant() switch
    {
        "text/calendar" or "application/ics" => CalendarSummary.Of(TextOf(part)),
        "text/vcard" or "text/x-vcard" or "text/directory" => CardSummary.Of(TextOf(part)),
        _ => null,
    };

    private static string TextOf(MimePart part) =>
        PlainText.Clean(Charset.Decode(PartOctets.Read(part, MaxOctets).Octets, part.ContentType.Charset ?? "utf-8"));
}
