using System.Security.Cryptography;
using System.Text;
using SmtpTransport.Mail;

namespace SmtpTransport.Gateway.Addresses;

/// <summary>
/// The addresses that bounces come back to: <c>b+</c>, a day, the id of the mail and an HMAC over them and the domain. Nobody
/// can make one without our key, and each is good for a month.
/// </summary>
public sealed class ReturnPaths(byte[] key, TimeProvider time)
{
    /// <summary>Delayed, bounced, and then bounced again by a server that had been switched off for a while.</summary>
    public static readonly TimeSpan GoodFor = TimeSpan.FromDays(30);

    // That of the mail ids: 32 characters that no mail server's change of case makes into one another.
    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";
    private const string Prefix = "b+";
    private const int DayLength = 3;
    private const int MacLength = 16;

    /// <param name="mailId">Of <see cref="Digits"/> alone; up to 43 of them fit into a local part (RFC 5321 §4.5.3.1.1).</param>
    /// <param name="leftAt">The same at every attempt: those who make strangers wait know them by their return path.</param>
    public EmailAddress For(string mailId, DateTimeOffset leftAt, string domain)
    {
        var stamped = Day(leftAt) + mailId;
        return new EmailAddress(Prefix + stamped + Mac(stamped, domain), domain);
    }

    /// <summary>The mail that left with this return path; null when we never made it, or too long ago.</summary>
    public string? MailIdOf(EmailAddress address)
    {
        var local = address.Local.ToLowerInvariant();
        if (!local.StartsWith(Prefix, StringComparison.Ordinal) || local.Length <= Prefix.Length + DayLength + MacLength)
            return null;
        var (stamped, mac) = (local[Prefix.Length..^MacLength], local[^MacLength..]);
        var genuine = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(mac), Encoding.ASCII.GetBytes(Mac(stamped, address.Domain)));
        return genuine && IsGood(stamped) ? stamped[DayLength..] : null;
    }

    private bool IsGood(string stamped)
    {
        var now = time.GetUtcNow();

        // From the future it is ours as well: then the clock was wrong when the mail left, or is now.
        for (var age = -GoodFor; age <= GoodFor; age += TimeSpan.FromDays(1))
        {
            if (stamped.StartsWith(Day(now - age), StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    // Days since 1970, modulo 90 years.
    private static string Day(DateTimeOffset time) => Spell((time.ToUnixTimeSeconds() / 86_400) << (64 - (5 * DayLength)), DayLength);

    private string Mac(string stamped, string domain)
    {
        var mac = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{stamped}@{domain}"));
        return Spell(BitConverter.ToInt64(mac, 0), 12) + Spell(BitConverter.ToInt64(mac, 8), MacLength - 12);
    }

    /// <summary>The first bits of a number, five to a character.</summary>
    private static string Spell(long bits, int length) => string.Create(length, (ulong)bits, static (characters, rest) =>
    {
        for (var i = 0; i < characters.Length; i++, rest <<= 5)
            characters[i] = Digits[(int)(rest >> 59)];
    });
}
