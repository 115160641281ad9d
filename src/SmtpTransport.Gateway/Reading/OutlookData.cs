using MimeKit;
using MimeKit.Tnef;

namespace SmtpTransport.Gateway.Reading;

/// <summary>Unpacks <c>winmail.dat</c>, in which Exchange hides the files of a mail from everybody else (TNEF).</summary>
internal static class OutlookData
{
    /// <summary>Octets of compressed text, which may grow eightfold in memory. Far beyond what people write.</summary>
    private const int MaxCompressed = 2 * 1024 * 1024;

    /// <summary>Null when it cannot be read: then it stays the file that it is.</summary>
    public static IReadOnlyList<MimeEntity>? Unpack(TnefPart part)
    {
        try
        {
            IReadOnlyList<MimeEntity> parts = part.Content is null || Compressed(part.Content) > MaxCompressed ? [] : [.. part.ExtractAttachments()];
            return parts.Count > 0 ? parts : null;
        }
        catch (Exception e) when (e is TnefException or FormatException or IOException or ArgumentException or InvalidOperationException or OverflowException or NotSupportedException)
        {
            return null;
        }
    }

    private static long Compressed(IMimeContent content)
    {
        using var reader = new TnefReader(content.Open(), 0, TnefComplianceMode.Loose);
        var octets = 0L;
        while (reader.ReadNextAttribute())
        {
            if (reader.AttributeTag != TnefAttributeTag.MapiProperties)
                continue;
            while (reader.TnefPropertyReader.ReadNextProperty())
                octets += reader.TnefPropertyReader.PropertyTag.Id == TnefPropertyId.RtfCompressed ? reader.TnefPropertyReader.RawValueLength : 0;
        }

        return octets;
    }
}
