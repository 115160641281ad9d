namespace SmtpTransport.Mail.Smtp;

/// <summary>Ids of mails: 20 characters that sort by time, unique across gateways that share a database.</summary>
public static class MailIds
{
    private const string Digits = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int HalfLength = 10;

    public static string Next(TimeProvider time) => string.Create(
        2 * HalfLength,
        (Time: time.GetUtcNow().ToUnixTimeMilliseconds(), Chance: Random.Shared.NextInt64()),
        static (characters, parts) =>
        {
            for (var i = 0; i < HalfLength; i++)
            {
                var shift = 5 * (HalfLength - 1 - i);
                characters[i] = Digits[(int)(parts.Time >> shift) & 31];
                characters[HalfLength + i] = Digits[(int)(parts.Chance >> shift) & 31];
            }
        });
}
