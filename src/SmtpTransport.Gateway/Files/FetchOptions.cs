namespace SmtpTransport.Gateway.Files;

/// <summary>How files of users come into their mails (configuration section <c>Files</c>).</summary>
public sealed record FetchOptions
{
    /// <summary>Octets, of one file and of all files of a mail together.</summary>
    public long MaxFetchSize { get; init; } = 26_214_400;
}
