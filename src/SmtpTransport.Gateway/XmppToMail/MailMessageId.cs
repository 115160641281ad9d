using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>Message-IDs of the mails we compose (RFC 5322 §3.6.4): the same for a mail each time, unguessable, telling nothing.</summary>
public static class MailMessageId
{
    /// <returns>Without angle brackets.</returns>
    public static string For(string mailId, ReadOnlySpan<byte> key, string domain)
    {
        var mac = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes("message-id:" + mailId)));
        return $"{mac[..20]}.{mac[20..40]}@{Ascii(domain)}";
    }

    /// <summary>A domain in A-labels; <c>localhost</c> when it is none at all.</summary>
    internal static string Ascii(string domain)
    {
        try
        {
            var ascii = new IdnMapping().GetAscii(domain);
            return ascii.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-') ? ascii.ToLowerInvariant() : "localhost";
        }
        catch (ArgumentException)
        {
            return "localhost";
        }
    }
}
