using System.Security.Cryptography;

namespace SmtpTransport.Mail.Smtp;

/// <summary>
/// A message on its way in: stored, hashed and judged octet by octet. Once it cannot be accepted any more, the rest of it
/// is only watched, so that the session stays in sync and the refusal does not depend on how the octets were cut.
/// </summary>
internal sealed class IncomingMessage(SmtpOptions options) : IDisposable
{
    // HRESULT of ENOSPC and EDQUOT as .NET reports them on Unix: the raw errno.
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;

    private readonly MessageScanner scanner = new();
    private readonly ContentStore store = new(options.TemporaryDirectory);
    private readonly IncrementalHash bodyHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private SmtpReply? trouble;

    public long Length { get; private set; }

    /// <summary>Why the message cannot be accepted, as far as it is known; null while it can.</summary>
    public SmtpReply? Refusal => this switch
    {
        { scanner.HasBareLineEnd: true } => Replies.BareLineEnd,
        { Length: var length } when length > options.MaxMessageSize => Replies.TooLarge,
        { scanner.HasLongHeader: true } => Replies.HeaderTooLarge,
        { scanner.HasLongLine: true } => Replies.ContentLineTooLong,
        { scanner.ReceivedCount: > SmtpLimits.Received } => Replies.TooManyHops,
        _ => trouble,
    };

    public void Write(ReadOnlySpan<byte> octets)
    {
        var header = scanner.Scan(octets);
        Length += octets.Length;
        if (Refusal is not null)
        {
            store.Dispose();
            return;
        }
        bodyHash.AppendData(octets[header..]);
        try
        {
            store.Write(octets);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            trouble = e.HResult is NoSpace or QuotaExceeded ? Replies.DiskFull : Replies.LocalError;
        }
    }

    /// <summary>The whole message, or null when <see cref="Refusal"/> says why not.</summary>
    public MessageContent? Complete()
    {
        scanner.End();
        if (Refusal is not null)
            return null;
        try
        {
            return store.Take(bodyHash.GetHashAndReset());
        }
        catch (IOException e)
        {
            trouble = e.HResult is NoSpace or QuotaExceeded ? Replies.DiskFull : Replies.LocalError;
            return null;
        }
    }

    public void Dispose()
    {
        store.Dispose();
        bodyHash.Dispose();
    }
}
