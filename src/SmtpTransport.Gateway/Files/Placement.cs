namespace SmtpTransport.Gateway.Files;

/// <summary>What came of the attempt to put a file where its reader can fetch it.</summary>
public abstract record Placement
{
    private Placement()
    {
    }

    /// <param name="IsOwn">It is fetched from us.</param>
    public sealed record Placed(string Url, bool IsOwn = false) : Placement;

    /// <param name="Why">For the operator.</param>
    public sealed record NotNow(string Why) : Placement
    {
        /// <summary>Other files would fare no better.</summary>
        public bool IsGeneral { get; init; }

        /// <summary>It came at once, and may be over in a moment.</summary>
        public bool MayPass { get; init; }
    }

    /// <param name="Why">For the reader: <c>the server takes no files larger than 10.0 MB</c>.</param>
    public sealed record Refused(string Why) : Placement;
}
