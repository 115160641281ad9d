using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Tests.Support;

/// <summary>A DNS of a few lines. Names it was not told of do not exist.</summary>
internal sealed class FakeDns : IDnsResolver
{
    private readonly ConcurrentDictionary<(string Name, string Type), object> answers = [];

    private readonly List<string> signed = [];

    public ConcurrentQueue<string> Asked { get; } = [];

    public FakeDns Mx(string domain, params (int Preference, string Host)[] hosts) =>
        With(domain, "MX", new DnsAnswer<MailExchange>(DnsStatus.Found, [.. hosts.Select(host => new MailExchange(host.Preference, host.Host))]));

    public FakeDns Mx(string domain, DnsStatus status) => With(domain, "MX", new DnsAnswer<MailExchange>(status, []));

    public FakeDns Address(string host, params string[] addresses) =>
        With(host, "A", new DnsAnswer<IPAddress>(DnsStatus.Found, [.. addresses.Select(IPAddress.Parse)]));

    public FakeDns Address(string host, DnsStatus status) => With(host, "A", new DnsAnswer<IPAddress>(status, []));

    public FakeDns Txt(string name, params string[] texts) => With(name, "TXT", new DnsAnswer<string>(DnsStatus.Found, texts));

    public FakeDns Txt(string name, DnsStatus status) => With(name, "TXT", new DnsAnswer<string>(status, []));

    public FakeDns Ptr(string address, params string[] names) => With(address, "PTR", new DnsAnswer<string>(DnsStatus.Found, names));

    public FakeDns Tlsa(string name, params TlsaRecord[] records) => With(name, "TLSA", new DnsAnswer<TlsaRecord>(DnsStatus.Found, records));

    public FakeDns Tlsa(string name, DnsStatus status) => With(name, "TLSA", new DnsAnswer<TlsaRecord>(status, []));

    /// <summary>This host is another name for that one.</summary>
    public FakeDns Alias(string host, string canonical)
    {
        var answer = (DnsAnswer<IPAddress>)answers[(canonical, "A")];
        return With(host, "A", answer with { CanonicalName = canonical }).Alias(host, DnsStatus.Found, canonical);
    }

    public FakeDns Alias(string host, DnsStatus status, params string[] canonical) => With(host, "CNAME", new DnsAnswer<string>(status, canonical));

    /// <summary>Names that end so are in a signed zone.</summary>
    public FakeDns Signed(string zone)
    {
        signed.Add(zone);
        return this;
    }

    public Task<DnsAnswer<string>> AliasAsync(string name, CancellationToken cancellation) => Answer<string>(name, "CNAME");

    public Task<DnsAnswer<TlsaRecord>> TlsaAsync(string name, CancellationToken cancellation) => Answer<TlsaRecord>(name, "TLSA");

    public Task<DnsAnswer<MailExchange>> MxAsync(string domain, CancellationToken cancellation) => Answer<MailExchange>(domain, "MX");

    public Task<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancellation) => Answer<IPAddress>(host, "A");

    public async Task<DnsAnswer<IPAddress>> AddressesAsync(string host, AddressFamily family, CancellationToken cancellation)
    {
        var both = await Answer<IPAddress>(host, "A");
        var ofFamily = both.Records.Where(address => address.AddressFamily == family).ToList();
        return both.Status == DnsStatus.Found && ofFamily.Count == 0
            ? new DnsAnswer<IPAddress>(DnsStatus.NoData, [])
            : both with { Records = ofFamily };
    }

    public Task<DnsAnswer<string>> TxtAsync(string name, CancellationToken cancellation) => Answer<string>(name, "TXT");

    public Task<DnsAnswer<string>> PtrAsync(IPAddress address, CancellationToken cancellation) => Answer<string>(address.ToString(), "PTR");

    private FakeDns With(string name, string type, object answer)
    {
        answers[(name.ToLowerInvariant(), type)] = answer;
        return this;
    }

    private Task<DnsAnswer<T>> Answer<T>(string name, string type)
    {
        Asked.Enqueue($"{type} {name}");
        var found = answers.TryGetValue((name.ToLowerInvariant(), type), out var answer)
            ? (DnsAnswer<T>)answer
            : new DnsAnswer<T>(Knows(name) ? DnsStatus.NoData : DnsStatus.NoSuchDomain, []);
        return Task.FromResult(found with { Authentic = IsSigned(name) && IsSigned(found.CanonicalName ?? name) });
    }

    private bool IsSigned(string name) => signed.Exists(zone => name.EndsWith(zone, StringComparison.OrdinalIgnoreCase));

    private bool Knows(string name) => answers.Keys.Any(key => key.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
