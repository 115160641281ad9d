namespace SmtpTransport.Mail.Fetching;

/// <summary>The scheme, host and port that a web address leads to (RFC 6454 §4).</summary>
public readonly record struct WebOrigin(string Scheme, string Host, int Port)
{
    public static WebOrigin Of(Uri address) => new(address.Scheme, address.IdnHost.ToLowerInvariant(), address.Port);
}
