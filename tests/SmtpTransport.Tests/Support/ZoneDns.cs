using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Tests.Support;

/// <summary>
/// A DNS from the zone data of the public SPF suite: <c>SPF</c> records stand for TXT unless the name has TXT of its own,
/// <c>TIMEOUT</c> answers everything that the name does not say otherwise.
/// </summary>
internal sealed class ZoneDns(Dictionary<object, object> zone) : IDnsResolver
{
    private readonly Dictionary<string, List<object>> names = zone.ToDictionary(
        pair => (string)pair.Key, pair => (List<object>)pair.Value, StringComparer.OrdinalIgnoreCase);

    public Task<DnsAnswer<MailExchange>> MxAsync(string domain, CancellationToken cancellation) => Ask(domain, "MX", value =>
        value is List<object> { Count: 2 } pair ? new MailExchange(int.Parse((string)pair[0], CultureInfo.InvariantCulture), (string)pair[1]) : throw new FormatException());

    public Task<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancellation) => throw new NotSupportedException("SPF asks for one family");

    public Task<DnsAnswer<IPAddress>> AddressesAsync(string host, AddressFamily family, CancellationToken cancellation) =>
        Ask(host, family == AddressFamily.InterNetwork ? "A" : "AAAA", value => IPAddress.Parse((string)value));

    public Task<DnsAnswer<string>> TxtAsync(string name, CancellationToken cancellation) => Ask(name, "TXT", Text);

    public Task<DnsAnswer<string>> PtrAsync(IPAddress address, CancellationToken cancellation) =>
        Ask(ReverseName(address), "PTR", value => ((string)value).TrimEnd('.'));

    public Task<DnsAnswer<string>> AliasAsync(string name, CancellationToken cancellation) => throw new NotSupportedException("SPF asks for none");

    public Task<DnsAnswer<TlsaRecord>> TlsaAsync(string name, CancellationToken cancellation) => throw new NotSupportedException("SPF asks for none");

    private static string Text(object value) => value is List<object> pieces ? string.Concat(pieces) : (string)value;

    private Task<DnsAnswer<T>> Ask<T>(string name, string type, Func<object, T> read)
    {
        for (var hops = 0; hops < 10; hops++)
        {
            if (!names.TryGetValue(name, out var entries))
                return Task.FromResult(new DnsAnswer<T>(DnsStatus.NoSuchDomain, []));
            if (Values(entries, "CNAME").FirstOrDefault() is string alias)
            {
                name = alias.TrimEnd('.');
                continue;
            }

            var hasOwn = Values(entries, type).Any();
            var values = Values(entries, type == "TXT" && !hasOwn ? "SPF" : type).Where(value => value is not "NONE").ToList();
            if (values.Count > 0)
                return Task.FromResult(new DnsAnswer<T>(DnsStatus.Found, [.. values.Select(read)]));
            return Task.FromResult(new DnsAnswer<T>(entries.Contains("TIMEOUT") ? DnsStatus.Failed : DnsStatus.NoData, []));
        }

        return Task.FromResult(new DnsAnswer<T>(DnsStatus.Failed, []));
    }

    private static IEnumerable<object> Values(List<object> entries, string type) =>
        entries.OfType<Dictionary<object, object>>().Where(entry => entry.ContainsKey(type)).Select(entry => entry[type]);

    private static string ReverseName(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? string.Join('.', address.GetAddressBytes().Reverse()) + ".in-addr.arpa"
        : string.Join('.', Convert.ToHexString(address.GetAddressBytes()).Reverse()) + ".ip6.arpa";
}
