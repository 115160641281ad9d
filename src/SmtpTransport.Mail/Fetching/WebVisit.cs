using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Mail.Fetching;

/// <summary>
/// One visit to a web host that a stranger named. Our own resolvers answer for it, and the very addresses that were judged are
/// dialled: no record leads into our own network. No redirects, no cookies, no proxy, nothing decompressed.
/// </summary>
internal sealed class WebVisit : IDisposable
{
    private const int MaxAddresses = 4;
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(10);

    private readonly IDnsResolver dns;
    private readonly X509Certificate2Collection trusted;
    private readonly Func<IPAddress, bool> mayDial;
    private readonly TimeProvider time;

    /// <param name="trusted">Authorities besides the system's.</param>
    public WebVisit(IDnsResolver dns, X509Certificate2Collection trusted, Func<IPAddress, bool> mayDial, TimeProvider time)
    {
        (this.dns, this.trusted, this.mayDial, this.time) = (dns, trusted, mayDial, time);
        Client = new HttpClient(Handler()) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public HttpClient Client { get; }

    /// <summary>What was wrong with the host's certificate.</summary>
    public TlsFault? CertificateFault { get; private set; }

    /// <summary>The host has addresses, and none that may be dialled.</summary>
    public bool IsForbidden { get; private set; }

    public void Dispose() => Client.Dispose();

    private SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = 16,
        ConnectCallback = ConnectAsync,

        // COMPAT: ejabberd writes file names in UTF-8 as they are.
        ResponseHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = CertificateCheck.Offline(),
            RemoteCertificateValidationCallback = Accepts,
        },
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(ConnectWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var addresses = await AddressesAsync(context.DnsEndPoint.Host, either.Token);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, either.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<IPAddress[]> AddressesAsync(string host, CancellationToken cancellation)
    {
        var known = IPAddress.TryParse(host, out var literal)
            ? new DnsAnswer<IPAddress>(DnsStatus.Found, [literal])
            : await dns.AddressesAsync(host, cancellation);
        var allowed = known.Records.Where(mayDial).Take(MaxAddresses).ToArray();
        IsForbidden = known.Records.Count > 0 && allowed.Length == 0;
        return allowed.Length > 0 ? allowed
            : throw new IOException(IsForbidden ? $"{host} has a private address" : known.Status == DnsStatus.Failed ? $"the DNS of {host} does not answer" : $"{host} has no address");
    }

    private bool Accepts(object sender, X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        CertificateFault = certificate is X509Certificate2 leaf
            ? CertificateCheck.Check(leaf, presented, errors, ((SslStream)sender).TargetHostName, trusted, commonName: false, time.GetUtcNow())
            : new TlsFault(TlsResult.ValidationFailure, "it shows no certificate");
        return CertificateFault is null;
    }
}
