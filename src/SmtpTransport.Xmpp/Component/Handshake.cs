using System.Security.Cryptography;
using System.Text;

namespace SmtpTransport.Xmpp.Component;

internal static class Handshake
{
    // XEP-0114 §3: SHA-1 in lower-case hexadecimal of the stream id, as it reads without XML escapes, and the secret.
    // SHA-1 is what the protocol asks for; there is no choice.
#pragma warning disable CA5350
    public static string Digest(string streamId, string secret) =>
        Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(streamId + secret)));
#pragma warning restore CA5350
}
