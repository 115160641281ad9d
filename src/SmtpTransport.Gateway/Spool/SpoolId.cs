using System.Security.Cryptography;

namespace SmtpTransport.Gateway.Spool;

/// <summary>Row ids that need no round trip to the database: time first, so that an index grows at its end, then chance.</summary>
public static class SpoolId
{
    private const int RandomBits = 21;

    public static long New(TimeProvider time) =>
        (time.GetUtcNow().ToUnixTimeMilliseconds() << RandomBits) | (long)RandomNumberGenerator.GetInt32(1 << RandomBits);

    /// <summary>A mail's own id, of the same form as those of mails from SMTP.</summary>
    public static string NewMailId(TimeProvider time) => Convert.ToString(New(time), 16);
}
