using SmtpTransport.Gateway.Files;

namespace SmtpTransport.Host.Configuration;

/// <summary><c>Files</c>: how files come to users, and what is fetched to go with mails.</summary>
internal static class FilesSection
{
    public static FilesOptions Read(Settings settings) => new()
    {
        Via = settings.Value("Files:Via", Forms.Word<FileWay>(), new FilesOptions().Via),
    };

    public static FetchOptions ReadFetch(Settings settings) => new()
    {
        MaxFetchSize = settings.Value("Files:MaxFetchSize", Forms.Octets(int.MaxValue), new FetchOptions().MaxFetchSize),
    };
}
