namespace SmtpTransport.Mail.Delivery.MtaSts;

/// <summary>The TXT record at <c>_mta-sts</c>: there is a policy, and this is its id (RFC 8461 §3.1).</summary>
public static class StsRecord
{
    private const int MaxIdLength = 32;

    /// <returns>The id; null when there is not exactly one record, or not a proper one.</returns>
    public static string? Id(IEnumerable<string> texts)
    {
        var records = texts.Where(IsStsRecord).Take(2).ToList();
        if (records.Count != 1)
            return null;
        var fields = records[0].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var id = fields.Skip(1).Select(field => field.Split('=', 2)).Where(pair => pair is ["id", _]).Select(pair => pair[1]).FirstOrDefault();
        return id is { Length: > 0 and <= MaxIdLength } && id.All(char.IsAsciiLetterOrDigit) ? id : null;
    }

    private static bool IsStsRecord(string text) => text.Split(';', 2)[0].TrimEnd() == "v=STSv1";
}
