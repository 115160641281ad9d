using SmtpTransport.Gateway.Links;

namespace SmtpTransport.Host.Configuration;

/// <summary><c>Web</c>: where the public finds what messages link to. <c>Web:Listen</c> is read with the other listeners.</summary>
internal static class WebSection
{
    public static PublicLinkOptions ReadLinks(Settings settings)
    {
        var defaults = new PublicLinkOptions();
        return new PublicLinkOptions
        {
            PublicUrl = settings.Optional("Web:PublicUrl", Forms.PublicAddress),
            KeepFor = settings.Value("Web:KeepFor", Forms.PositiveTime, defaults.KeepFor),
        };
    }
}
