namespace SmtpTransport.Mail.Smtp;

/// <summary>Ids of mails: 20 characters that sort by time, unique across gateways that share a database.</summary>
public static class MailIds
{
    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int HalfLength = 10;

    /// <summary>Sorts before every id made from then on, and after every one made before.</summary>
    public static string FirstAt(DateTimeOffset time) => string.Create(HalfLength, time.ToUnixTimeMilliseconds(), Write);

    public static string Next(TimeProvider time) => string.Create(
        2 * HalfLength,
        (Time: time.GetUtcNow().ToUnixTimeMilliseconds(), Chance: Random.Shared.NextInt64()),
        static (characters, parts) =>
        {
            Write(characters[..HalfLength], parts.Time);
            Write(characters[HalfLength..], parts.Chance);
        });

    private static void Write(Span<char> characters, long number)
    {
        for (var i = 0; i < HalfLength; i++)
            characters[i] = Digits[(int)(number >> (5 * (HalfLength - 1 - i))) & 31];
    }
}
