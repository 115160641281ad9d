using System.Net;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Mail.Reputation;

/// <summary>What the DNS says of a client's name: a signal, never a reason to refuse alone (RFC 8601 §2.7.3, "iprev").</summary>
public sealed class ClientNames(IDnsResolver dns, TimeProvider time)
{
    // RFC 7208 §4.6.4 has the same bound for PTR: nobody has more names for a good reason.
    private const int MaxNames = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly ClientMemory<string?> memory = new(TimeSpan.FromMinutes(10), time);

    /// <summary>The name that leads back to the address (FCrDNS), or null; never throws, and never takes long.</summary>
    public Task<string?> ConfirmedAsync(IPAddress client) => memory.FindAsync(client, LookAsync);

    /// <summary>Does the EHLO name belong to the client: its confirmed name, or its own address in brackets?</summary>
    public static bool IsOwn(string helo, string? confirmed, IPAddress client) =>
        helo.StartsWith('[')
            ? helo.Trim('[', ']').Replace("IPv6:", "", StringComparison.OrdinalIgnoreCase) is var text && IPAddress.TryParse(text, out var literal) && literal.Equals(client)
            : confirmed is not null && helo.TrimEnd('.').Equals(confirmed, StringComparison.OrdinalIgnoreCase);

    private async Task<string?> LookAsync(IPAddress client)
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        try
        {
            var names = await dns.PtrAsync(client, deadline.Token).WaitAsync(deadline.Token);
            foreach (var name in names.Records.Take(MaxNames))
                if ((await dns.AddressesAsync(name, deadline.Token).WaitAsync(deadline.Token)).Records.Contains(client))
                    return name;
        }
        catch (OperationCanceledException)
        {
            // Nothing is known, which is what no name means.
        }
        return null;
    }
}
