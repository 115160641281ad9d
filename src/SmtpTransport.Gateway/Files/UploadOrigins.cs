using SmtpTransport.Gateway.Links;
using SmtpTransport.Mail.Fetching;

namespace SmtpTransport.Gateway.Files;

/// <summary>Where files may be fetched from although the address is a private one: our own pages.</summary>
public sealed class UploadOrigins(PublicLinkOptions own)
{
    public Task<IReadOnlySet<WebOrigin>> FindAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlySet<WebOrigin>>(new[] { own.PublicUrl }.OfType<Uri>().Select(WebOrigin.Of).ToHashSet());
}
