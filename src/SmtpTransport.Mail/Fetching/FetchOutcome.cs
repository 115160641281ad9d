using System.Net.Http.Headers;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Mail.Fetching;

/// <summary>What became of the attempt to fetch a file.</summary>
public abstract record FetchOutcome
{
    private FetchOutcome()
    {
    }

    public sealed record Fetched(FetchedFile File) : FetchOutcome;

    /// <param name="Why">For the user: <c>its server answers 404</c>.</param>
    /// <param name="MayPass">It may go better in a moment.</param>
    public sealed record Failed(string Why, bool MayPass) : FetchOutcome;

    /// <summary>It has more octets than there is room for.</summary>
    public sealed record TooLarge : FetchOutcome;

    internal sealed record Moved(Uri To) : FetchOutcome;
}

/// <summary>A file as the web had it: in memory while it is small, else in a temporary file that goes away with this object.</summary>
/// <param name="Sha256">Of all its octets.</param>
public sealed record FetchedFile(MessageContent Content, ReadOnlyMemory<byte> Sha256) : IAsyncDisposable
{
    /// <summary>As its server says; null when it does not.</summary>
    public MediaTypeHeaderValue? MediaType { get; init; }

    /// <summary>By which its server would have it saved (RFC 6266 §4.3).</summary>
    public string? Name { get; init; }

    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
