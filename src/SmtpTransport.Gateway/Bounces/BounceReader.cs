using MimeKit;

namespace SmtpTransport.Gateway.Bounces;

/// <summary>Tells a bounce from other mail, and reads it: the standard form (RFC 3464, RFC 6533), else the many others. Pure.</summary>
public static class BounceReader
{
    /// <summary>Null when it is no bounce: an answer, a disposition notification, a complaint, or ordinary mail.</summary>
    public static Bounce? Read(MimeMessage mail)
    {
        if (IsOtherReport(mail))
            return null;
        var status = mail.BodyParts.OfType<MimePart>().FirstOrDefault(IsStatus);
        var report = status is null ? null : StatusReport.Read(BounceText.Of(status));
        return report is null ? PlainReport.Read(mail) ?? (IsDeliveryReport(mail) ? Undetailed : null)
            : report.Recipients.All(IsMute) ? PlainReport.Read(mail) ?? report
            : report;
    }

    /// <summary>A report that says nothing of what it reports is one of failure: that is what they are sent for.</summary>
    private static Bounce Undetailed { get; } = new([new BouncedRecipient([], BounceAction.Failed, RemoteWords.Read(null, "No reason was given"), null)]);

    /// <summary>Some say in the text alone what happened.</summary>
    private static bool IsMute(BouncedRecipient recipient) =>
        recipient is { Action: BounceAction.Failed, Reply: { Text.Length: 0 } reply } && reply.Enhanced.EndsWith(".0.0", StringComparison.Ordinal);

    private static bool IsStatus(MimePart part) =>
        part.ContentType.IsMimeType("message", "delivery-status") || part.ContentType.IsMimeType("message", "global-delivery-status");

    private static bool IsDeliveryReport(MimeMessage mail) =>
        ReportType(mail) is { } type && (type.Equals("delivery-status", StringComparison.OrdinalIgnoreCase) || type.Equals("global-delivery-status", StringComparison.OrdinalIgnoreCase));

    /// <summary>RFC 8098, RFC 5965, RFC 8460 and what may come: reports, but not of delivery.</summary>
    private static bool IsOtherReport(MimeMessage mail) => ReportType(mail) is not null && !IsDeliveryReport(mail);

    private static string? ReportType(MimeMessage mail) =>
        mail.Body?.ContentType is { } type && type.IsMimeType("multipart", "report") ? type.Parameters["report-type"] : null;
}
