using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Mail.Dns;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Mail.Fetching;

/// <summary>Fetches a file from where a user says it is. Bounded in octets, time and redirects; each host on the way is judged anew.</summary>
public sealed class FileFetcher(DeliveryOptions options, IDnsResolver dns, TimeProvider time)
{
    private const int MaxRedirects = 5;
    private const int BufferSize = 64 * 1024;

    /// <summary>From the first connection to the last octet.</summary>
    public static readonly TimeSpan AtMost = TimeSpan.FromMinutes(2);

    /// <param name="limit">Octets.</param>
    /// <param name="ours">Where private addresses are no trap, since they are our own.</param>
    public async Task<FetchOutcome> FetchAsync(Uri address, long limit, IReadOnlySet<WebOrigin> ours, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(AtMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            for (var redirects = 0; redirects <= MaxRedirects; redirects++)
            {
                var outcome = await VisitAsync(address, limit, ours, either.Token);
                if (outcome is not FetchOutcome.Moved(var next))
                    return outcome;
                if (!IsWeb(next) || (address.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps))
                    return new FetchOutcome.Failed("its server leads on to an address that is not safe", MayPass: false);
                address = next;
            }

            return new FetchOutcome.Failed("its servers lead from one to the next without end", MayPass: false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new FetchOutcome.Failed("its server is too slow", MayPass: true);
        }
    }

    /// <summary>Where a file may lie at all.</summary>
    public static bool IsWeb(Uri address) => address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp);

    private async Task<FetchOutcome> VisitAsync(Uri address, long limit, IReadOnlySet<WebOrigin> ours, CancellationToken cancellation)
    {
        var isOurs = ours.Contains(WebOrigin.Of(address));
        if (!isOurs && !IsWebPort(address.Port))
            return Forbidden;
        using var visit = new WebVisit(dns, options.TrustedCertificates, host => isOurs || MayDial(host, address.Port), time);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
            using var answer = await visit.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return answer is { StatusCode: >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest, Headers.Location: { } location }
                ? new FetchOutcome.Moved(new Uri(address, location))
                : await ReadAsync(answer, limit, cancellation);
        }
        catch (Exception trouble) when (trouble is HttpRequestException or IOException or SocketException or InvalidOperationException or UriFormatException)
        {
            cancellation.ThrowIfCancellationRequested();
            return visit switch
            {
                { IsForbidden: true } => Forbidden,
                { CertificateFault: { } fault } => new FetchOutcome.Failed($"the certificate of its server is no good: {fault.Words}", MayPass: false),
                _ => new FetchOutcome.Failed("its server cannot be reached", MayPass: true),
            };
        }
    }

    private static FetchOutcome.Failed Forbidden { get; } = new("the mail gateway may not fetch from that address", MayPass: false);

    private static async Task<FetchOutcome> ReadAsync(HttpResponseMessage answer, long limit, CancellationToken cancellation)
    {
        if (answer.StatusCode != HttpStatusCode.OK)
            return new FetchOutcome.Failed($"its server answers {(int)answer.StatusCode}", IsTransient(answer.StatusCode));
        // RFC 9110 §8.4: nobody asked for one, and what it hides has no bound.
        if (answer.Content.Headers.ContentEncoding.Any(coding => !coding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
            return new FetchOutcome.Failed("its server sends it compressed", MayPass: false);
        if (answer.Content.Headers.ContentLength > limit)
            return new FetchOutcome.TooLarge();
        using var store = new ContentStore(Path.GetTempPath());
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancellation);
            while (await body.ReadAsync(buffer, cancellation) is var count && count > 0)
            {
                if (store.Length + count > limit)
                    return new FetchOutcome.TooLarge();
                hash.AppendData(buffer, 0, count);
                if (!TryWrite(store, buffer.AsSpan(0, count)))
                    return new FetchOutcome.Failed("the mail gateway has no room for it at the moment", MayPass: true);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var disposition = answer.Content.Headers.ContentDisposition;
        return new FetchOutcome.Fetched(new FetchedFile(store.Take(default), hash.GetHashAndReset())
        {
            MediaType = answer.Content.Headers.ContentType,
            Name = disposition?.FileNameStar ?? disposition?.FileName?.Trim('"'),
        });
    }

    private static bool TryWrite(ContentStore store, ReadOnlySpan<byte> octets)
    {
        try
        {
            store.Write(octets);
            return true;
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // RFC 9110 §15: what asks for patience, and troubles of the server.
    private static bool IsTransient(HttpStatusCode code) =>
        code is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    /// <summary>Low ports belong to other protocols, which must not hear us.</summary>
    private static bool IsWebPort(int port) => port is 80 or 443 or >= 1024;

    private bool MayDial(IPAddress address, int port) =>
        options.AllowPrivateAddresses || (!PrivateAddress.Is(address) && (IsForEverybody(port) || !OwnAddresses.IsLocal(address)));

    /// <summary>The web, and where XMPP servers take uploads as they come: other services on this machine may count on a firewall that we would get around.</summary>
    private static bool IsForEverybody(int port) => port is 80 or 443 or 5280 or 5281 or 5443 or 7443;
}
