using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace SmtpTransport.Mail.Delivery;

/// <summary>Network trouble in the form of a reply of our own. All of it is worth another try.</summary>
internal static class Trouble
{
    /// <summary>What a socket, TLS or a peer that breaks the protocol may throw.</summary>
    public static bool IsExpected(Exception exception) => exception
        is IOException or SocketException or ProtocolException or OperationCanceledException or ObjectDisposedException
        or SslHandshakeException or ServiceNotConnectedException or AuthenticationException or NotSupportedException;

    /// <param name="step">What was being done: "connecting to", "talking to".</param>
    /// <param name="fault">What was wrong with the certificate, if it came to that.</param>
    public static DeliveryFailure Describe(Exception exception, NextHop hop, string step, TlsFault? fault = null)
    {
        var (enhanced, reason) = exception switch
        {
            // RFC 3463 §3.5 and §3.8 name the details.
            OperationCanceledException or TimeoutException => ("4.4.2", "no answer in time"),
            SslHandshakeException => ("4.7.5", fault?.Words ?? $"the TLS handshake failed: {exception.GetBaseException().Message}"),
            AuthenticationException => ("4.7.8", $"our user name or password was refused: {exception.Message}"),
            NotSupportedException => ("4.7.10", $"no STARTTLS offered, which {hop.Tls.Demander} demands"),
            SocketException { SocketErrorCode: var code } => ("4.4.1", code.ToString()),
            SmtpProtocolException { InnerException: null } => ("4.4.2", "connection lost or a reply that is none"),
            _ => ("4.4.2", "connection lost"),
        };
        return new DeliveryFailure(RemoteReply.Read(451, $"{enhanced} Trouble {step} {hop.Host} ({hop.EndPoint}): {reason}"));
    }
}
