using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace SmtpTransport.Gateway.Text;

/// <summary>The <c>&lt;thread/&gt;</c> of a mail's conversation: a short hash of the Message-ID that it began with.</summary>
public static class MailThread
{
    /// <param name="references">The oldest first.</param>
    /// <param name="messageId">The mail's own, or what stands for it where it has none.</param>
    public static string Of(IReadOnlyList<string> references, string? inReplyTo, string messageId)
    {
        var root = references.Count > 0 ? references[0] : inReplyTo ?? messageId;
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(root)).AsSpan(0, 12));
    }
}
