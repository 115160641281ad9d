using MimeKit;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Recognises delivery reports (RFC 3462, RFC 6533): believed only at a return path that we signed.</summary>
internal static class DeliveryReports
{
    public static bool Is(MimeMessage mail) =>
        mail.Body?.ContentType is { } type
        && type.IsMimeType("multipart", "report")
        && type.Parameters["report-type"] is { } report
        && (report.Equals("delivery-status", StringComparison.OrdinalIgnoreCase) || report.Equals("global-delivery-status", StringComparison.OrdinalIgnoreCase));
}
