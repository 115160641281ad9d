using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Mail.Reputation;

/// <summary>
/// DNS blocklists (RFC 5782): asked side by side, their word kept for a while. A list that does not answer, or answers
/// nonsense, lists nobody.
/// </summary>
public sealed partial class Blocklists(IReadOnlyList<string> zones, IDnsResolver dns, TimeProvider time, ILogger<Blocklists> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Quiet = TimeSpan.FromHours(1);

    // RFC 5782 §2.1: listed names have addresses in this network; anything else is a parked domain's.
    private static readonly IPNetwork Answers = IPNetwork.Parse("127.0.0.0/8");

    // Spamhaus says so what is wrong with the question: a public resolver, too many, a mistyped zone.
    private static readonly IPNetwork Errors = IPNetwork.Parse("127.255.255.0/24");

    private readonly ClientMemory<Listing> memory = new(TimeSpan.FromMinutes(5), time);
    private readonly ConcurrentDictionary<string, TimeSpan> complained = [];

    /// <summary>Whether somebody lists this client; the first zone in the order of the configuration.</summary>
    public Task<Listing> LookupAsync(IPAddress client) => zones.Count == 0 ? Task.FromResult(Listing.None) : memory.FindAsync(client, AskAsync);

    /// <summary>The name to look up: octets (IPv4) or nibbles (IPv6) in reverse order (RFC 5782 §2.1, §2.4).</summary>
    internal static string Name(IPAddress client, string zone)
    {
        var octets = client.GetAddressBytes();
        var name = new StringBuilder();
        for (var i = octets.Length - 1; i >= 0; i--)
        {
            if (octets.Length == 4)
                name.Append(octets[i]).Append('.');
            else
                name.Append(CultureInfo.InvariantCulture, $"{octets[i] & 15:x}.{octets[i] >> 4:x}.");
        }
        return name.Append(zone).ToString();
    }

    private async Task<Listing> AskAsync(IPAddress client)
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        var answers = await Task.WhenAll(zones.Select(zone => AskAsync(client, zone, deadline.Token)));
        return new Listing(
            zones.Where((_, i) => answers[i] == Answer.Listed).FirstOrDefault(),
            answers.Count(answer => answer == Answer.Unknown));
    }

    private async Task<Answer> AskAsync(IPAddress client, string zone, CancellationToken cancellation)
    {
        DnsAnswer<IPAddress> answer;
        try
        {
            answer = await dns.AddressesAsync(Name(client, zone), AddressFamily.InterNetwork, cancellation).WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            answer = new DnsAnswer<IPAddress>(DnsStatus.Failed, []);
        }

        if (answer.Status == DnsStatus.Failed)
        {
            LogSilent(zone);
            return Answer.Unknown;
        }
        if (answer.Records.FirstOrDefault(code => Errors.Contains(code) || !Answers.Contains(code)) is { } nonsense)
        {
            if (MayComplain(zone))
                LogNonsense(zone, nonsense);
            return Answer.Unknown;
        }
        return answer.Status == DnsStatus.Found ? Answer.Listed : Answer.Clean;
    }

    private bool MayComplain(string zone)
    {
        var now = time.Steady();
        if (complained.TryGetValue(zone, out var last) && now - last < Quiet)
            return false;
        complained[zone] = now;
        return true;
    }

    [LoggerMessage(LogLevel.Debug, "Blocklist {Zone} does not answer")]
    private partial void LogSilent(string zone);

    [LoggerMessage(LogLevel.Warning, "Blocklist {Zone} answers {Code}, which is no listing: it may refuse our resolver, or be gone. It is ignored; see its site, or remove it from Inbound:Dnsbl")]
    private partial void LogNonsense(string zone, IPAddress code);

    private enum Answer
    {
        Clean,
        Listed,
        Unknown,
    }
}

/// <param name="Zone">Who lists the client; null when nobody does.</param>
/// <param name="Silent">How many lists gave no answer that means anything.</param>
public sealed record Listing(string? Zone, int Silent)
{
    public static readonly Listing None = new(null, 0);
}
