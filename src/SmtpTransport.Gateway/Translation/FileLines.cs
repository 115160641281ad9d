using SmtpTransport.Gateway.Reading;

namespace SmtpTransport.Gateway.Translation;

/// <summary>The files of a mail, named in its text.</summary>
internal static class FileLines
{
    private const int MaxNamed = 10;

    public static string Of(IReadOnlyList<Attachment> files)
    {
        var named = files.Take(MaxNamed).Select(file => file.ToString());
        return string.Join('\n', files.Count > MaxNamed ? named.Append($"[and {files.Count - MaxNamed} more files]") : named);
    }
}
