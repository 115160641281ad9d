using System.Security.Cryptography;
using System.Text;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Tests.Support;

/// <summary>Mails as an SMTP session hands them over.</summary>
internal static class TestContent
{
    public static MessageContent Of(string text) => Of(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")));

    public static MessageContent Of(byte[] octets)
    {
        var end = octets.AsSpan().IndexOf("\r\n\r\n"u8);
        return new MemoryContent(octets, SHA256.HashData(end < 0 ? [] : octets.AsSpan(end + 4)));
    }

    /// <summary>A plain mail; an empty <paramref name="messageId"/> leaves the field out.</summary>
    public static MessageContent Mail(
        string from = "Bob <bob@mail.test>", string subject = "Plan", string body = "Hello", string messageId = "m1@mail.test", string more = "") =>
        Of($"From: {from}\nTo: alice@example.org\nSubject: {subject}\n{(messageId.Length > 0 ? $"Message-ID: <{messageId}>\n" : "")}{more}\n{body}\n");
}
