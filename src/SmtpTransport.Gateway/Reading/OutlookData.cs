using MimeKit;
using MimeKit.Tnef;

namespace SmtpTransport.Gateway.Reading;

/// <summary>Unpacks <c>winmail.dat</c>, in which Exchange hides the files of a mail from everybody else (TNEF).</summary>
internal static class OutlookData
{
    /// <summary>Null when it cannot be read: then it stays the file that it is.</summary>
    public static IReadOnlyList<MimeEntity>? Unpack(TnefPart part)
    {
        try
        {
            IReadOnlyList<MimeEntity> parts = part.Content is null ? [] : [.. part.ExtractAttachments()];
            return parts.Count > 0 ? parts : null;
        }
        catch (Exception e) when (e is TnefException or FormatException or IOException or ArgumentException or InvalidOperationException or OverflowException or NotSupportedException)
        {
            return null;
        }
    }
}
