using System.Diagnostics.Metrics;
using SmtpTransport.Mail.Delivery;

namespace SmtpTransport.Gateway.Telemetry;

/// <summary>What the way out counts (docs/metrics.md).</summary>
public sealed class DeliveryMetrics : IDeliveryObserver
{
    // A label value each: those that an operator would ask about.
    private const int MaxDestinations = 50;

    private static readonly DestinationState Nobody = new("none", 0, 0, 0, TimeSpan.Zero);

    private readonly Counter<long> tlsResults;
    private readonly Counter<long> refusals;
    private Func<IReadOnlyList<DestinationState>> destinations = () => [];

    public DeliveryMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(GatewayMetrics.MeterName);
        tlsResults = meter.CreateCounter<long>("smtptransport.tls.results", "{connection}", "TLS on the way out, by the policy that applied.");
        refusals = meter.CreateCounter<long>("smtptransport.remote.refusals", "{reply}", "Refusals by other servers, by what their words are about.");
        meter.CreateObservableGauge("smtptransport.destination.places", () => Measure(state => state.Places), null, "Conversations that a destination is trusted to bear.");
        meter.CreateObservableGauge("smtptransport.destination.waiting", () => Measure(state => state.Waiting), null, "Mails that wait for a place.");
        meter.CreateObservableGauge("smtptransport.destination.suspended", () => Measure(state => state.SuspendedFor.TotalSeconds), "s", "How long a destination is still left alone.");
        foreach (var policy in Enum.GetValues<TlsPolicyKind>())
            tlsResults.Add(0, Policy(policy), Result(TlsResult.Success));
        foreach (var words in Enum.GetValues<ReplyClass>())
            refusals.Add(0, Words(words));
    }

    public void TlsSeen(string domain, string host, TlsPolicyKind policy, TlsResult result) => tlsResults.Add(1, Policy(policy), Result(result));

    public void Refused(ReplyClass words) => refusals.Add(1, Words(words));

    /// <param name="states">Asked at every scrape: answers at once.</param>
    public void ObserveDestinations(Func<IReadOnlyList<DestinationState>> states) => destinations = states;

    private IEnumerable<Measurement<double>> Measure(Func<DestinationState, double> value) => destinations()
        .OrderByDescending(state => state.SuspendedFor).ThenByDescending(state => state.Waiting).ThenByDescending(state => state.Busy)
        .Take(MaxDestinations)
        .DefaultIfEmpty(Nobody)
        .Select(state => new Measurement<double>(value(state), new KeyValuePair<string, object?>("destination", state.Name)));

    // RFC 8460 §4.4 and §4.3 name them.
    private static KeyValuePair<string, object?> Policy(TlsPolicyKind policy) => new("policy", policy switch
    {
        TlsPolicyKind.Sts => "sts",
        TlsPolicyKind.Tlsa => "tlsa",
        _ => "no-policy-found",
    });

    private static KeyValuePair<string, object?> Result(TlsResult result) => new("result", result switch
    {
        TlsResult.Success => "success",
        TlsResult.StartTlsNotSupported => "starttls-not-supported",
        TlsResult.CertificateHostMismatch => "certificate-host-mismatch",
        TlsResult.CertificateExpired => "certificate-expired",
        TlsResult.CertificateNotTrusted => "certificate-not-trusted",
        TlsResult.TlsaInvalid => "tlsa-invalid",
        TlsResult.DnssecInvalid => "dnssec-invalid",
        TlsResult.StsPolicyFetchError => "sts-policy-fetch-error",
        TlsResult.StsPolicyInvalid => "sts-policy-invalid",
        TlsResult.StsWebpkiInvalid => "sts-webpki-invalid",
        _ => "validation-failure",
    });

    private static KeyValuePair<string, object?> Words(ReplyClass words) => new("words", words switch
    {
        ReplyClass.RateLimited => "rate-limited",
        ReplyClass.ConnectionSpent => "connection-spent",
        _ => words.ToString().ToLowerInvariant(),
    });
}
