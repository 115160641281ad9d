using System.Net;
using System.Net.Sockets;
using SmtpTransport.Mail.Dns;
using SmtpTransport.Mail.Fetching;

namespace SmtpTransport.Mail.Delivery.MtaSts;

/// <summary>Gets a policy by HTTPS: certificate verified, no redirects, nothing large, nothing slow (RFC 8461 §3.3).</summary>
public sealed class StsPolicyFetch(DeliveryOptions options, IDnsResolver dns, TimeProvider time)
{
    // RFC 8461 §3.3 suggests a minute and 64 KB. A chat waits at our end.
    private const int MaxOctets = 64 * 1024;
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(20);

    public static string HostOf(string domain) => "mta-sts." + MailDomain.ToAscii(domain);

    /// <summary>Never throws.</summary>
    public async Task<StsFetched> FetchAsync(string domain)
    {
        using var limit = new CancellationTokenSource(AtMost, time);
        using var visit = new WebVisit(dns, options.TrustedCertificates, MayDial, time);
        visit.Client.MaxResponseContentBufferSize = MaxOctets;
        try
        {
            var address = new UriBuilder(Uri.UriSchemeHttps, HostOf(domain), options.StsPort, "/.well-known/mta-sts.txt").Uri;
            using var answer = await visit.Client.GetAsync(address, limit.Token);
            if (answer.StatusCode != HttpStatusCode.OK)
                return Nothing(TlsResult.StsPolicyFetchError, $"the policy host answers {(int)answer.StatusCode}");
            // RFC 8461 §3.2: so that nobody who may put files there makes policies.
            if (answer.Content.Headers.ContentType?.MediaType is not "text/plain")
                return Nothing(TlsResult.StsPolicyInvalid, "the policy is not text/plain");
            var text = await answer.Content.ReadAsStringAsync(limit.Token);
            return StsPolicy.Parse(text) is { } policy ? new StsFetched.Policy(policy, text) : Nothing(TlsResult.StsPolicyInvalid, "what the policy host has is no policy");
        }
        catch (Exception) when (visit.CertificateFault is not null)
        {
            return new StsFetched.Nothing(visit.CertificateFault with { Result = TlsResult.StsWebpkiInvalid });
        }
        catch (OperationCanceledException)
        {
            return Nothing(TlsResult.StsPolicyFetchError, "the policy host does not answer in time");
        }
        catch (Exception trouble) when (trouble is HttpRequestException or IOException or SocketException or InvalidOperationException or UriFormatException)
        {
            return Nothing(TlsResult.StsPolicyFetchError, trouble.Message);
        }
    }

    private static StsFetched.Nothing Nothing(TlsResult result, string words) => new(new TlsFault(result, words));

    private bool MayDial(IPAddress address) => options.AllowPrivateAddresses || !PrivateAddress.Is(address);
}

/// <summary>What a fetch came to.</summary>
public abstract record StsFetched
{
    private StsFetched()
    {
    }

    public sealed record Policy(StsPolicy Value, string Text) : StsFetched;

    public sealed record Nothing(TlsFault Why) : StsFetched;
}
