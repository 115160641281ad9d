using System.Security.Cryptography;
using System.Text;
using MimeKit;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Text;

/// <summary>
/// The mark on each mail that we send, by which we know it when it comes back to its author. To other users of ours a forwarder
/// outside may well bring it: what comes in is never mailed on, so it ends there.
/// </summary>
public sealed class LoopMark(byte[] key)
{
    public const string Field = "X-Gateway-Loop";

    private const int MaxLooked = 20;

    /// <summary>The mail's id, which anyone may know, and a code over it and its author, which nobody else can make.</summary>
    public string Of(string mailId, Jid author) => $"{mailId}.{Code(mailId, author)}";

    /// <summary>This user wrote it. A mailing list hands its members' mails to all its members, marks and all: that is its purpose, and no loop.</summary>
    public bool IsReturning(HeaderList headers, Jid user) =>
        headers.Where(header => header.Field.Equals(Field, StringComparison.OrdinalIgnoreCase)).Take(MaxLooked).Any(header => IsOf(header.Value.Trim(), user))
        && !headers.Contains(HeaderId.ListId) && !headers.Contains(HeaderId.ListPost);

    private bool IsOf(string mark, Jid user) =>
        mark.LastIndexOf('.') is var dot and > 0
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(mark[(dot + 1)..]), Encoding.UTF8.GetBytes(Code(mark[..dot], user)));

    // NUL parts the fields: a JID holds none.
    private string Code(string mailId, Jid author) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"loop:{mailId}\0{author.Bare}")))[..32];
}
