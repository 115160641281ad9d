namespace SmtpTransport.Gateway.Spool;

/// <summary>A file that a user shares, as the user's client describes it. It is fetched when the mail is composed.</summary>
/// <param name="Url">On the web, as it was written.</param>
public sealed record SharedFile(string Url)
{
    public string? Name { get; init; }

    public string? MediaType { get; init; }

    /// <summary>Octets.</summary>
    public long? Size { get; init; }

    /// <summary>In base64.</summary>
    public string? Sha256 { get; init; }
}
