using System.Net;
using System.Net.Sockets;

namespace SmtpTransport.Mail.Dns;

/// <summary>The DNS questions that mail asks.</summary>
public interface IDnsResolver
{
    Task<DnsAnswer<MailExchange>> MxAsync(string domain, CancellationToken cancellation);

    /// <summary>A and AAAA together.</summary>
    Task<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancellation);

    /// <summary>A or AAAA alone; the name is asked about as it stands.</summary>
    Task<DnsAnswer<IPAddress>> AddressesAsync(string host, AddressFamily family, CancellationToken cancellation);

    Task<DnsAnswer<string>> TxtAsync(string name, CancellationToken cancellation);

    Task<DnsAnswer<string>> PtrAsync(IPAddress address, CancellationToken cancellation);

    /// <summary>CNAME alone: the name that this one stands for.</summary>
    Task<DnsAnswer<string>> AliasAsync(string name, CancellationToken cancellation);

    Task<DnsAnswer<TlsaRecord>> TlsaAsync(string name, CancellationToken cancellation);
}

/// <param name="Host">Without the trailing dot; empty for a null MX (RFC 7505).</param>
public sealed record MailExchange(int Preference, string Host);

/// <summary>Which certificate a host shows (RFC 6698 §2.1).</summary>
public sealed record TlsaRecord(byte Usage, byte Selector, byte MatchingType, ReadOnlyMemory<byte> Data);

/// <param name="Status">NoData: the name exists without such records.</param>
/// <param name="Authentic">The resolver set AD.</param>
public sealed record DnsAnswer<T>(DnsStatus Status, IReadOnlyList<T> Records, bool Authentic = false)
{
    /// <summary>Where CNAMEs have led; null when there were none.</summary>
    public string? CanonicalName { get; init; }
}

public enum DnsStatus
{
    Found,
    NoData,
    NoSuchDomain,

    /// <summary>SERVFAIL, timeout, malformed: nothing is known, ask again later.</summary>
    Failed,
}
