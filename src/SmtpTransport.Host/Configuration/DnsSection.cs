using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Host.Configuration;

/// <summary><c>Dns</c>: which resolvers to ask.</summary>
internal static class DnsSection
{
    public static DnsOptions Read(Settings settings) => new()
    {
        Servers = settings.List("Dns:Servers", Forms.Resolver, []),
        TrustAd = settings.Value("Dns:TrustAd", Forms.Flag, false),
    };
}
