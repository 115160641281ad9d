using System.Net;
using System.Net.Sockets;
using MimeKit.Utils;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Our trace line (RFC 5321 §4.4), kept beside the mail so that its bytes stay as received.</summary>
internal static class Received
{
    public static string Line(SmtpClient client, string hostname, DateTimeOffset at) =>
        $"Received: from {client.Helo} ({Literal(client.Address)}) by {hostname} with {client.Protocol} id {client.MailId}; {DateUtils.FormatDate(at)}";

    // RFC 5321 §4.1.3
    private static string Literal(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[IPv6:{address}]" : $"[{address}]";
}
