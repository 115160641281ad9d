namespace SmtpTransport.Mail.Authentication.Dmarc;

/// <summary>What one walk up the DNS found (RFC 9989 §4.10).</summary>
/// <param name="Start">Where it began.</param>
/// <param name="Found">The names that have a record, the longest first.</param>
/// <param name="IsWhole">False when the DNS failed on the way: what lies above is unknown.</param>
internal sealed record DmarcTree(string Start, IReadOnlyList<DmarcNode> Found, bool IsWhole)
{
    private const int MaxQuestions = 8;

    /// <summary>The names to ask, in order: the domain itself, and its last seven labels and fewer.</summary>
    public static IReadOnlyList<string> Names(string domain)
    {
        var labels = domain.Split('.');
        var names = new List<string>(MaxQuestions) { domain };
        for (var count = Math.Min(labels.Length - 1, MaxQuestions - 1); count > 0; count--)
            names.Add(string.Join('.', labels[^count..]));
        return names;
    }

    /// <summary>The domain that belongs to one owner (RFC 9989 §4.10.2). Only of a whole tree.</summary>
    public string Organization
    {
        get
        {
            if (Found.FirstOrDefault(node => node.Record.PublicSuffix == PublicSuffix.No) is { } own)
                return own.Name;
            if (Suffix is { } suffix)
                return string.Join('.', Start.Split('.')[^(suffix.Name.Count(c => c == '.') + 2)..]);
            return Found.Count > 0 ? Found[^1].Name : Start;
        }
    }

    /// <summary>Whose wish counts (RFC 9989 §4.10.1): the domain's own, its organization's, its public suffix's.</summary>
    public DmarcNode? Policy =>
        Found.FirstOrDefault(node => node.Name == Start) ?? (IsWhole ? Found.FirstOrDefault(node => node.Name == Organization) ?? Suffix : null);

    private DmarcNode? Suffix => Found.FirstOrDefault(node => node.Record.PublicSuffix == PublicSuffix.Yes && node.Name != Start);
}

internal sealed record DmarcNode(string Name, DmarcRecord Record);
