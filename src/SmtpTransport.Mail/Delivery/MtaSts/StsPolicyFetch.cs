using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using SmtpTransport.Mail.Dns;

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
        var judge = new PolicyHostJudge(options.TrustedCertificates, time);
        using var limit = new CancellationTokenSource(AtMost, time);
        using var handler = Handler(judge);
        using var client = new HttpClient(handler) { MaxResponseContentBufferSize = MaxOctets, Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            var address = new UriBuilder(Uri.UriSchemeHttps, HostOf(domain), options.StsPort, "/.well-known/mta-sts.txt").Uri;
            using var answer = await client.GetAsync(address, limit.Token);
            if (answer.StatusCode != HttpStatusCode.OK)
                return Nothing(TlsResult.StsPolicyFetchError, $"the policy host answers {(int)answer.StatusCode}");
            // RFC 8461 §3.2: so that nobody who may put files there makes policies.
            if (answer.Content.Headers.ContentType?.MediaType is not "text/plain")
                return Nothing(TlsResult.StsPolicyInvalid, "the policy is not text/plain");
            var text = await answer.Content.ReadAsStringAsync(limit.Token);
            return StsPolicy.Parse(text) is { } policy ? new StsFetched.Policy(policy, text) : Nothing(TlsResult.StsPolicyInvalid, "what the policy host has is no policy");
        }
        catch (Exception) when (judge.Fault is not null)
        {
            return new StsFetched.Nothing(judge.Fault with { Result = TlsResult.StsWebpkiInvalid });
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

    private SocketsHttpHandler Handler(PolicyHostJudge judge) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = 16,
        ConnectCallback = ConnectAsync,
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = CertificateCheck.Offline(),
            RemoteCertificateValidationCallback = judge.Accepts,
        },
    };

    /// <summary>Our own resolvers answer for the host, and no stranger's record leads into our own network.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var host = context.DnsEndPoint.Host;
        var answer = await dns.AddressesAsync(host, cancellation);
        var addresses = answer.Records.Where(address => options.AllowPrivateAddresses || !PrivateAddress.Is(address)).Take(4).ToArray();
        if (addresses.Length == 0)
            throw new IOException(answer.Records.Count > 0 ? $"{host} has a private address" : $"{host} has no address");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
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

/// <summary>Verifies the certificate of a policy host, and remembers what was wrong with it.</summary>
internal sealed class PolicyHostJudge(X509Certificate2Collection trusted, TimeProvider time)
{
    public TlsFault? Fault { get; private set; }

    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        Fault = certificate is X509Certificate2 leaf
            ? CertificateCheck.Check(leaf, presented, errors, ((SslStream)sender).TargetHostName, trusted, commonName: false, time.GetUtcNow())
            : new TlsFault(TlsResult.StsWebpkiInvalid, "it shows no certificate");
        return Fault is null;
    }
}
