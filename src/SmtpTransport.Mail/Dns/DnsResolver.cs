using System.Net;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;

namespace SmtpTransport.Mail.Dns;

/// <summary>Asks the configured resolvers, or the system's. Answers are kept for as long as their TTL allows.</summary>
public sealed class DnsResolver : IDnsResolver
{
    // Nobody has more for a good reason; callers need not fear an answer of thousands.
    private const int MaxRecords = 100;

    private readonly LookupClient client;
    private readonly DnsCache cache;
    private readonly bool trustAd;

    public DnsResolver(DnsOptions options)
        : this(options, TimeSpan.FromSeconds(5))
    {
    }

    internal DnsResolver(DnsOptions options, TimeSpan timeout, TimeProvider? time = null)
    {
        cache = new DnsCache(time ?? TimeProvider.System);
        var settings = options.Servers.Count > 0 ? new LookupClientOptions([.. options.Servers]) : new LookupClientOptions();
        settings.Timeout = timeout;
        settings.Retries = 1;
        // Its cache has no bound, and keeps no failures.
        settings.UseCache = false;
        settings.UseTcpFallback = true;
        settings.ThrowDnsErrors = false;
        // An empty answer is an answer; only a server in trouble is a reason to ask the next one.
        settings.ContinueOnEmptyResponse = false;
        settings.ContinueOnDnsError = true;
        settings.UseRandomNameServer = false;
        // RFC 6840 §5.7: a resolver says AD to those who ask for it.
        settings.RequestDnsSecRecords = options.TrustAd;
        trustAd = options.TrustAd;
        client = new LookupClient(settings);
    }

    public Task<DnsAnswer<MailExchange>> MxAsync(string domain, CancellationToken cancellation) => AskAsync(domain, QueryType.MX,
        answers => answers.MxRecords()
            .OrderBy(record => record.Preference)
            .Select(record => new MailExchange(record.Preference, WithoutDot(record.Exchange.Value))),
        cancellation);

    public async Task<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancellation)
    {
        // RFC 6761 §6.3: never a question for the DNS.
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return new DnsAnswer<IPAddress>(DnsStatus.Found, [IPAddress.Loopback, IPAddress.IPv6Loopback]);
        var questions = await Task.WhenAll(AddressesAsync(host, QueryType.A, cancellation), AddressesAsync(host, QueryType.AAAA, cancellation));
        var (a, aaaa) = (questions[0], questions[1]);
        if (a.Status == DnsStatus.Found || aaaa.Status == DnsStatus.Found)
        {
            // A question that failed says nothing about the zone: silence in one type must not make the other insecure.
            var authentic = questions.Where(answer => answer.Status != DnsStatus.Failed).All(answer => answer.Authentic);
            return new DnsAnswer<IPAddress>(DnsStatus.Found, [.. a.Records, .. aaaa.Records], authentic) { CanonicalName = a.CanonicalName ?? aaaa.CanonicalName };
        }

        // RFC 8020 §2: NXDOMAIN speaks for the name, whatever the type; else one failure leaves the matter open.
        return questions.FirstOrDefault(answer => answer.Status == DnsStatus.NoSuchDomain)
            ?? questions.FirstOrDefault(answer => answer.Status == DnsStatus.Failed)
            ?? a;
    }

    public Task<DnsAnswer<IPAddress>> AddressesAsync(string host, AddressFamily family, CancellationToken cancellation) =>
        AddressesAsync(host, family == AddressFamily.InterNetwork ? QueryType.A : QueryType.AAAA, cancellation);

    public Task<DnsAnswer<string>> TxtAsync(string name, CancellationToken cancellation) => AskAsync(name, QueryType.TXT,
        // RFC 7208 §3.3: the strings of one record are one text.
        answers => answers.TxtRecords().Select(record => string.Concat(record.Text)),
        cancellation);

    public Task<DnsAnswer<string>> PtrAsync(IPAddress address, CancellationToken cancellation) => AskAsync(
        WithoutDot(LookupClient.GetReverseQuestion(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).QueryName.Value), QueryType.PTR,
        answers => answers.PtrRecords().Select(record => WithoutDot(record.PtrDomainName.Value)),
        cancellation);

    public Task<DnsAnswer<string>> AliasAsync(string name, CancellationToken cancellation) => AskAsync(name, QueryType.CNAME,
        answers => answers.CnameRecords().Select(record => WithoutDot(record.CanonicalName.Value)),
        cancellation);

    public Task<DnsAnswer<TlsaRecord>> TlsaAsync(string name, CancellationToken cancellation) => AskAsync(name, QueryType.TLSA,
        answers => answers.TlsaRecords().Select(record => new TlsaRecord(
            (byte)record.CertificateUsage, (byte)record.Selector, (byte)record.MatchingType, record.CertificateAssociationData.ToArray())),
        cancellation);

    private Task<DnsAnswer<IPAddress>> AddressesAsync(string host, QueryType type, CancellationToken cancellation) =>
        AskAsync(host, type, answers => answers.AddressRecords().Select(record => record.Address), cancellation);

    private async Task<DnsAnswer<T>> AskAsync<T>(
        string name, QueryType type, Func<IReadOnlyList<DnsResourceRecord>, IEnumerable<T>> read, CancellationToken cancellation)
    {
        // What cannot stand in a question does not exist.
        if (!DnsName.TryToAscii(name, out var ascii))
            return new DnsAnswer<T>(DnsStatus.NoSuchDomain, []);
        if (cache.Find<T>(ascii, type) is { } known)
            return known;
        IDnsQueryResponse response;
        try
        {
            response = await client.QueryAsync(ascii, type, cancellationToken: cancellation);
        }
        catch (Exception trouble) when (trouble is not OutOfMemoryException)
        {
            // DnsClient throws what a hostile or broken answer happens to trip over.
            cancellation.ThrowIfCancellationRequested();
            var silence = new DnsAnswer<T>(DnsStatus.Failed, []);
            cache.Keep(ascii, type, silence, response: null);
            return silence;
        }

        var isOurs = Answers(response, ascii, type);
        var records = response.HasError || !isOurs ? [] : read(response.Answers).Take(MaxRecords).ToList();
        var status = response.Header.ResponseCode switch
        {
            _ when !isOurs => DnsStatus.Failed,
            DnsHeaderResponseCode.NoError => records.Count > 0 ? DnsStatus.Found : DnsStatus.NoData,
            DnsHeaderResponseCode.NotExistentDomain => DnsStatus.NoSuchDomain,
            _ => DnsStatus.Failed,
        };
        var answer = new DnsAnswer<T>(status, records, trustAd && response.Header.IsAuthenticData)
        {
            CanonicalName = response.Answers.CnameRecords().LastOrDefault() is { } alias ? WithoutDot(alias.CanonicalName.Value) : null,
        };
        cache.Keep(ascii, type, answer, response);
        return answer;
    }

    /// <summary>RFC 5452 §9.1: more than the id must match; DnsClient looks at that alone.</summary>
    private static bool Answers(IDnsQueryResponse response, string name, QueryType type) =>
        response.Header.HasQuery && response.Questions is [var question] && question.QuestionType == type
        && WithoutDot(question.QueryName.Original).Equals(name, StringComparison.OrdinalIgnoreCase);

    private static string WithoutDot(string name) => name.TrimEnd('.');
}
