namespace SmtpTransport.Host.Configuration;

/// <summary>Keys whose feature comes later. They are checked already, and a value other than the default gives one warning.</summary>
internal static class LaterSections
{
    public static IReadOnlyList<string> Read(Settings settings)
    {
        settings.Later("Files:Via", Forms.Choice("auto", "upload", "own"), "auto");
        return settings.Warnings;
    }
}
