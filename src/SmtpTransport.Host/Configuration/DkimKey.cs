using SmtpTransport.Mail.Delivery;

namespace SmtpTransport.Host.Configuration;

/// <summary>One pair of <c>Delivery:Dkim</c>.</summary>
/// <param name="Domain">Null: for every domain.</param>
internal sealed record DkimKey(string? Domain, string Selector, string KeyFile)
{
    /// <summary>What the file holds; null when that was a fault.</summary>
    public SigningKey? Signing { get; init; }
}
