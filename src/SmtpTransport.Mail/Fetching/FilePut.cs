using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Mail.Fetching;

/// <summary>
/// Puts a file where our own server's upload service said: that may be a private address. Streamed, with its length told;
/// bounded in time by its size.
/// </summary>
public sealed class FilePut(DeliveryOptions options, IDnsResolver dns, TimeProvider time)
{
    private static readonly TimeSpan Overhead = TimeSpan.FromSeconds(30);

    /// <summary>Octets a second that any server should take.</summary>
    private const int SlowestPace = 64 * 1024;

    public async Task<PutOutcome> PutAsync(Uri address, FilePutContent content, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(Overhead + TimeSpan.FromSeconds(content.Size / SlowestPace), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        using var visit = new WebVisit(dns, options.TrustedCertificates, _ => true, time);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, address) { Content = new StreamedContent(content) };
            foreach (var (name, value) in content.Headers)
                if (!request.Headers.TryAddWithoutValidation(name, value))
                    request.Content.Headers.TryAddWithoutValidation(name, value);
            using var answer = await visit.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return answer.IsSuccessStatusCode ? new PutOutcome.Taken()
                : answer.StatusCode == HttpStatusCode.RequestEntityTooLarge ? new PutOutcome.TooLarge()
                : new PutOutcome.Failed($"the upload service answers {(int)answer.StatusCode}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new PutOutcome.Failed("the upload service is too slow") { IsSlow = true };
        }
        catch (Exception trouble) when (trouble is HttpRequestException or IOException or SocketException or InvalidOperationException)
        {
            cancellation.ThrowIfCancellationRequested();
            return new PutOutcome.Failed(visit.CertificateFault is { } fault
                ? $"the certificate of the upload service is no good: {fault.Words}"
                : $"the upload service cannot be reached: {(trouble.InnerException ?? trouble).Message}");
        }
    }

    private sealed class StreamedContent : HttpContent
    {
        private readonly FilePutContent content;

        public StreamedContent(FilePutContent content)
        {
            this.content = content;
            Headers.ContentType = MediaTypeHeaderValue.Parse(content.MediaType);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            content.WriteToAsync(stream, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = content.Size;
            return true;
        }
    }
}

/// <param name="MediaType">A well-formed one.</param>
/// <param name="Headers">To be sent with it.</param>
public sealed record FilePutContent(
    string MediaType, long Size, Func<Stream, CancellationToken, Task> WriteToAsync, IReadOnlyList<KeyValuePair<string, string>> Headers);

public abstract record PutOutcome
{
    private PutOutcome()
    {
    }

    public sealed record Taken : PutOutcome;

    public sealed record TooLarge : PutOutcome;

    /// <param name="Why">For the operator.</param>
    public sealed record Failed(string Why) : PutOutcome
    {
        /// <summary>It took its time to fail.</summary>
        public bool IsSlow { get; init; }
    }
}
