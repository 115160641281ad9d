using System.Security.Cryptography;
using System.Text;
using MimeKit;

namespace SmtpTransport.Gateway.Text;

/// <summary>The mark on each mail that we send, by which we know it when it comes back to us.</summary>
public sealed class LoopMark(byte[] key)
{
    public const string Field = "X-Gateway-Loop";

    private const int MaxLooked = 20;

    /// <summary>The mail's id, which anyone may know, and a code over it, which nobody else can make.</summary>
    public string Of(string mailId) => $"{mailId}.{Code(mailId)}";

    /// <summary>A mark of ours. A mailing list hands our users' mails to our users, marks and all: that is its purpose, and no loop.</summary>
    public bool IsReturning(HeaderList headers) =>
        headers.Where(header => header.Field.Equals(Field, StringComparison.OrdinalIgnoreCase)).Take(MaxLooked).Any(header => IsOurs(header.Value.Trim()))
        && !headers.Contains(HeaderId.ListId) && !headers.Contains(HeaderId.ListPost);

    private bool IsOurs(string mark) =>
        mark.LastIndexOf('.') is var dot and > 0
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(mark[(dot + 1)..]), Encoding.UTF8.GetBytes(Code(mark[..dot])));

    private string Code(string mailId) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes("loop:" + mailId)))[..32];
}
