using SmtpTransport.Gateway.Files;

namespace SmtpTransport.Host.Configuration;

/// <summary><c>Files</c>: what is fetched to go with mails.</summary>
internal static class FilesSection
{
    public static FetchOptions ReadFetch(Settings settings) => new()
    {
        MaxFetchSize = settings.Value("Files:MaxFetchSize", Forms.Octets(int.MaxValue), new FetchOptions().MaxFetchSize),
    };
}
