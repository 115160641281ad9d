using System.Net;
using System.Text;
using System.Text.Json;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Mail.Reputation;

/// <summary>Asks rspamd about a mail, by its HTTP protocol (<c>/checkv2</c>).</summary>
public sealed class RspamdClient : IDisposable
{
    private const int MaxResponse = 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Uri url;
    private readonly TimeProvider time;
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        // Addresses may be UTF-8 (RFC 6532).
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
    })
    {
        MaxResponseContentBufferSize = MaxResponse,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <param name="url">Without a path it is the server's <c>/checkv2</c>.</param>
    public RspamdClient(Uri url, TimeProvider time)
    {
        this.url = url.AbsolutePath == "/" ? new Uri(url, "/checkv2") : url;
        this.time = time;
    }

    /// <returns>Null when it does not answer in time, or with something else than a verdict.</returns>
    public async Task<RspamdVerdict?> CheckAsync(
        SmtpClient client, string? hostname, Envelope envelope, MessageContent content, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            await using var body = content.OpenRead();
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StreamContent(body) };
            AddHeaders(request, client, hostname, envelope);
            using var response = await http.SendAsync(request, either.Token);
            return response.StatusCode == HttpStatusCode.OK
                ? RspamdVerdict.Parse(await response.Content.ReadAsByteArrayAsync(either.Token))
                : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException || (e is OperationCanceledException && deadline.IsCancellationRequested))
        {
            return null;
        }
    }

    public void Dispose() => http.Dispose();

    private static void AddHeaders(HttpRequestMessage request, SmtpClient client, string? hostname, Envelope envelope)
    {
        Add("IP", client.Address.ToString());
        Add("Helo", client.Helo);
        Add("Queue-Id", client.MailId);
        Add("From", $"<{envelope.ReversePath}>");
        if (hostname is not null)
            Add("Hostname", hostname);
        if (client.Protocol.EndsWith('S'))
            Add("TLS-Version", "TLS");
        foreach (var recipient in envelope.Recipients)
            Add("Rcpt", $"<{recipient.Address}>");

        // Values with line ends are not added, whatever they hold.
        void Add(string name, string value) => request.Headers.TryAddWithoutValidation(name, value);
    }
}
