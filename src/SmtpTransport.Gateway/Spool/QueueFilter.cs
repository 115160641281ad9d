namespace SmtpTransport.Gateway.Spool;

/// <summary>Which of the waiting mails are meant; what is null does not matter.</summary>
/// <param name="State">As <c>queue list</c> shows it.</param>
/// <param name="To">An address, or a domain: one recipient of this kind is enough.</param>
/// <param name="From">An address, a domain, or <c>&lt;&gt;</c> for a null sender.</param>
/// <param name="OlderThan">Since we took it.</param>
public sealed record QueueFilter(
    MailDirection? Direction = null, string? State = null, string? To = null, string? From = null, TimeSpan? OlderThan = null)
{
    public static QueueFilter All { get; } = new();

    public bool Matches(QueueItem item, DateTimeOffset now) =>
        (Direction is null || item.Direction == Direction)
        && (State is null || item.State == State)
        && (To is null || item.To.Any(address => IsMeant(To, address)))
        && (From is null || IsMeant(From, item.From))
        && (OlderThan is null || now - item.Taken > OlderThan);

    private static bool IsMeant(string wanted, string address) =>
        wanted == "<>" ? address.Length == 0
        : wanted.Contains('@', StringComparison.Ordinal) && wanted[0] != '@' ? address.Equals(wanted, StringComparison.OrdinalIgnoreCase)
        : address.EndsWith("@" + wanted.TrimStart('@'), StringComparison.OrdinalIgnoreCase);
}
