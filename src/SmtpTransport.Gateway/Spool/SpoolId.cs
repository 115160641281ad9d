using System.Security.Cryptography;

namespace SmtpTransport.Gateway.Spool;

/// <summary>
/// Row ids that need no round trip to the database: time first, so that an index grows at its end. They only ever grow, so no
/// two of one process are equal and rows keep the order in which they were made; chance keeps those of two processes apart.
/// </summary>
public static class SpoolId
{
    private const int BitsBelowTime = 21;
    private static long last;

    public static long New(TimeProvider time)
    {
        var fresh = (time.GetUtcNow().ToUnixTimeMilliseconds() << BitsBelowTime) | (long)RandomNumberGenerator.GetInt32(1 << (BitsBelowTime - 1));
        while (true)
        {
            var previous = Volatile.Read(ref last);
            var next = Math.Max(previous + 1, fresh);
            if (Interlocked.CompareExchange(ref last, next, previous) == previous)
                return next;
        }
    }
}
