using System.Net;
using System.Net.Sockets;
using System.Text;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Mail.Authentication.Spf;

/// <summary>One run of <c>check_host()</c> (RFC 7208 §4) with its limits; used once.</summary>
internal sealed class SpfEvaluation(SpfQuestion question, IDnsResolver dns, CancellationToken cancellation)
{
    // RFC 7208 §4.6.4: terms that ask the DNS, those that found nothing, and names behind one mx or ptr.
    private const int MaxLookups = 10;
    private const int MaxVoidLookups = 2;
    private const int MaxNames = 10;

    private const int MaxDomain = 253;

    // RFC 7208 §3.4 wants 450 octets at most. A stranger's may have 64 KiB, of macros that each stand for hundreds.
    private const int MaxPolicy = 4096;

    private int lookups;
    private int voidLookups;
    private IReadOnlyList<string>? clientNames;

    private AddressFamily Family => question.Client.AddressFamily;

    public async Task<SpfOutcome> CheckAsync(string domain)
    {
        // RFC 7208 §4.3: not even a name.
        if (!IsHostName(domain))
            return new SpfOutcome(SpfResult.None);
        var answer = await dns.TxtAsync(domain, cancellation);
        if (answer.Status == DnsStatus.Failed)
            return new SpfOutcome(SpfResult.TempError, $"no answer from the DNS for {domain}");
        var policies = answer.Records.Where(SpfRecord.IsPolicy).ToList();
        if (policies.Count == 0)
            return new SpfOutcome(SpfResult.None);
        if (policies.Count > 1)
            return new SpfOutcome(SpfResult.PermError, $"{domain} has several policies");
        if (policies[0].Length > MaxPolicy)
            return new SpfOutcome(SpfResult.PermError, $"{domain} has a policy of more than {MaxPolicy} octets");
        var (record, fault) = SpfRecord.Parse(policies[0]);
        return record is null ? new SpfOutcome(SpfResult.PermError, $"{domain} has a term that cannot be read: {fault}") : await EvaluateAsync(record, domain);
    }

    /// <summary>The domain owner's words (RFC 7208 §6.2), or null when they cannot be had.</summary>
    public async Task<string?> ExplainAsync(SpfOutcome outcome)
    {
        if (outcome is not { Result: SpfResult.Fail, Explanation: { } spec, Domain: { } domain })
            return null;
        var answer = await dns.TxtAsync(await ExpandAsync(spec, domain), cancellation);
        return answer.Records is [var text] && MacroString.ParseExplanation(text) is { } words ? await ExpandTextAsync(words, domain) : null;
    }

    private async Task<SpfOutcome> EvaluateAsync(SpfRecord record, string domain)
    {
        foreach (var (qualifier, mechanism) in record.Directives)
        {
            if (mechanism.AsksDns && ++lookups > MaxLookups)
                return TooManyLookups;
            var match = await MatchAsync(mechanism, domain);
            if (voidLookups > MaxVoidLookups)
                return new SpfOutcome(SpfResult.PermError, $"more than {MaxVoidLookups} lookups found nothing");
            if (match.Fault is not null)
                return match.Fault;
            if (match.IsMatch)
                return new SpfOutcome(qualifier) { Explanation = record.Explanation, Domain = domain };
        }

        if (record.Redirect is null)
            return new SpfOutcome(SpfResult.Neutral);
        if (++lookups > MaxLookups)
            return TooManyLookups;
        var target = await ExpandAsync(record.Redirect, domain);
        var outcome = await CheckAsync(target);
        // RFC 7208 §6.1
        return outcome.Result == SpfResult.None ? new SpfOutcome(SpfResult.PermError, $"{target} has no policy to go on with") : outcome;
    }

    private static SpfOutcome TooManyLookups => new(SpfResult.PermError, $"more than {MaxLookups} terms ask the DNS");

    private async Task<Match> MatchAsync(SpfMechanism mechanism, string domain)
    {
        switch (mechanism)
        {
            case SpfMechanism.All:
                return Match.Yes;
            case SpfMechanism.Network network:
                return new Match(question.IsIn(network.Address, network.Length, network.Length));
            case SpfMechanism.A a:
                var host = await TargetAsync(a.Domain, domain);
                return Among(Counted(await AddressesAsync(host, Family)), host, a.Length4, a.Length6);
            case SpfMechanism.Mx mx:
                return await MatchMxAsync(await TargetAsync(mx.Domain, domain), mx);
            case SpfMechanism.Exists exists:
                // RFC 7208 §5.7: A, whatever the client speaks.
                var name = await ExpandAsync(exists.Domain, domain);
                var answer = Counted(await AddressesAsync(name, AddressFamily.InterNetwork));
                return answer.Status == DnsStatus.Failed ? Match.NoAnswer(name) : new Match(answer.Status == DnsStatus.Found);
            case SpfMechanism.Ptr ptr:
                var parent = await TargetAsync(ptr.Domain, domain);
                return new Match((await ClientNamesAsync()).Any(clientName => IsWithin(clientName, parent)));
            case SpfMechanism.Include include:
                return await MatchIncludeAsync(await ExpandAsync(include.Domain, domain));
            default:
                throw new InvalidOperationException($"No rule for {mechanism}");
        }
    }

    // RFC 7208 §5.2
    private async Task<Match> MatchIncludeAsync(string domain)
    {
        var outcome = await CheckAsync(domain);
        return outcome.Result switch
        {
            SpfResult.Pass => Match.Yes,
            SpfResult.TempError or SpfResult.PermError => new Match(false, outcome),
            SpfResult.None => new Match(false, new SpfOutcome(SpfResult.PermError, $"{domain} is included and has no policy")),
            _ => Match.No,
        };
    }

    private async Task<Match> MatchMxAsync(string domain, SpfMechanism.Mx mx)
    {
        var answer = IsAskable(domain) ? await dns.MxAsync(domain, cancellation) : new DnsAnswer<MailExchange>(DnsStatus.NoSuchDomain, []);
        if (Counted(answer).Status == DnsStatus.Failed)
            return Match.NoAnswer(domain);
        if (answer.Records.Count > MaxNames)
            return new Match(false, new SpfOutcome(SpfResult.PermError, $"{domain} has more than {MaxNames} MX hosts"));
        var hosts = answer.Records.Where(record => record.Host.Length > 0).Select(record => record.Host);
        var matches = await Task.WhenAll(hosts.Select(async host => Among(await AddressesAsync(host, Family), host, mx.Length4, mx.Length6)));
        // One host is enough; only without one does it matter that another could not be asked.
        return matches.FirstOrDefault(match => match.IsMatch) ?? matches.FirstOrDefault(match => match.Fault is not null) ?? Match.No;
    }

    private Match Among(DnsAnswer<IPAddress> answer, string host, int length4, int length6) =>
        answer.Status == DnsStatus.Failed
            ? Match.NoAnswer(host)
            : new Match(answer.Records.Any(address => question.IsIn(address, length4, length6)));

    private Task<DnsAnswer<IPAddress>> AddressesAsync(string host, AddressFamily family) => IsAskable(host)
        ? dns.AddressesAsync(host, family, cancellation)
        : Task.FromResult(new DnsAnswer<IPAddress>(DnsStatus.NoSuchDomain, []));

    // RFC 8616 §4: what a macro makes of a local part beyond ASCII names nothing.
    private static bool IsAskable(string name) => name.Length > 0 && Ascii.IsValid(name);

    private DnsAnswer<T> Counted<T>(DnsAnswer<T> answer)
    {
        if (answer.Status is DnsStatus.NoData or DnsStatus.NoSuchDomain)
            voidLookups++;
        return answer;
    }

    /// <summary>RFC 7208 §5.5: the names of the client whose addresses lead back to it. A failure is no name.</summary>
    private async Task<IReadOnlyList<string>> ClientNamesAsync()
    {
        if (clientNames is not null)
            return clientNames;
        var names = (await dns.PtrAsync(question.Client, cancellation)).Records.Take(MaxNames).ToList();
        var addresses = await Task.WhenAll(names.Select(name => AddressesAsync(name, Family)));
        return clientNames = [.. names.Zip(addresses).Where(pair => pair.Second.Records.Contains(question.Client)).Select(pair => pair.First)];
    }

    private async Task<string> TargetAsync(MacroString? spec, string domain) => spec is null ? domain : await ExpandAsync(spec, domain);

    private async Task<string> ExpandAsync(MacroString spec, string domain)
    {
        var name = (await ExpandTextAsync(spec, domain)).TrimEnd('.');
        // RFC 7208 §7.3: too long a name loses labels on its left.
        return name.Length > MaxDomain ? name[(name.IndexOf('.', name.Length - MaxDomain - 1) + 1)..] : name;
    }

    private async Task<string> ExpandTextAsync(MacroString text, string domain)
    {
        var clientName = text.Uses('p') ? Nearest(await ClientNamesAsync(), domain) : "";
        return text.Expand(letter => letter switch
        {
            'd' => domain,
            'p' => clientName,
            _ => question.Value(letter),
        });
    }

    // RFC 7208 §7.3 for "p"
    private static string Nearest(IReadOnlyList<string> names, string domain) =>
        names.FirstOrDefault(name => name.Equals(domain, StringComparison.OrdinalIgnoreCase))
        ?? names.FirstOrDefault(name => IsWithin(name, domain))
        ?? (names.Count > 0 ? names[0] : "unknown");

    private static bool IsWithin(string name, string parent) =>
        name.Equals(parent, StringComparison.OrdinalIgnoreCase) || name.EndsWith("." + parent, StringComparison.OrdinalIgnoreCase);

    /// <summary>RFC 7208 §4.3: more than one label, none empty or too long.</summary>
    private static bool IsHostName(string domain) =>
        domain.Length <= MaxDomain
        && domain.Contains('.', StringComparison.Ordinal)
        && !domain.StartsWith('[')
        && Ascii.IsValid(domain)
        && domain.Split('.').All(label => label.Length is >= 1 and <= 63);

    /// <param name="Fault">What ends the whole check.</param>
    private sealed record Match(bool IsMatch, SpfOutcome? Fault = null)
    {
        public static readonly Match Yes = new(true);
        public static readonly Match No = new(false);

        public static Match NoAnswer(string name) => new(false, new SpfOutcome(SpfResult.TempError, $"no answer from the DNS for {name}"));
    }
}

/// <param name="Reason">Of an error, for the operator.</param>
internal sealed record SpfOutcome(SpfResult Result, string? Reason = null)
{
    /// <summary>Of the record that decided; an included one never has a say (RFC 7208 §6.2).</summary>
    public MacroString? Explanation { get; init; }

    /// <summary>Whose record that is.</summary>
    public string? Domain { get; init; }
}
