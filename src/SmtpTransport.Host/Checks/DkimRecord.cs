using SmtpTransport.Mail.Delivery;

namespace SmtpTransport.Host.Checks;

/// <summary>The published half of a DKIM key (RFC 6376 §3.6.1, RFC 8463 §4.2).</summary>
internal static class DkimRecord
{
    public static Finding Compare(string name, IReadOnlyList<string> records, SigningKey key)
    {
        var subject = "DKIM " + name;
        var own = Tags(key.Record);
        var cure = TxtRecord.Of(name, key.Record);
        var published = records.Select(Tags).Where(tags => tags.ContainsKey("p")).ToList();
        if (published.Count == 0)
            return Finding.Fault(subject, "missing", cure);
        if (published.Count > 1)
            return Finding.Fault(subject, $"{published.Count} records, of which receivers take any", "Keep one of them: " + cure);
        if (published[0]["p"].Length == 0)
            return Finding.Fault(subject, "says that the key is revoked", cure);
        if (Kind(published[0]) != Kind(own) || published[0]["p"] != own["p"])
            return Finding.Fault(subject, "holds another key than Delivery:Dkim", cure);
        return published[0].GetValueOrDefault("t", "").Split(':').Contains("y")
            ? Finding.Advice(subject, "says t=y: receivers treat mail as unsigned", cure)
            : Finding.Ok(subject, $"{Kind(own)} key published");
    }

    private static string Kind(Dictionary<string, string> tags) => tags.GetValueOrDefault("k", "rsa").ToLowerInvariant();

    /// <summary>White space anywhere in a value means nothing; of a tag given twice the first counts here.</summary>
    private static Dictionary<string, string> Tags(string record) => record
        .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(tag => tag.Split('=', 2, StringSplitOptions.TrimEntries))
        .Where(tag => tag.Length == 2)
        .GroupBy(tag => tag[0], tag => string.Concat(tag[1].Where(letter => !char.IsWhiteSpace(letter))))
        .ToDictionary(tag => tag.Key, tag => tag.First());
}
