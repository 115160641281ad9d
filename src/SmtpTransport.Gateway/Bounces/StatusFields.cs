namespace SmtpTransport.Gateway.Bounces;

/// <summary>One group of the fields of a delivery status part, up to a blank line (RFC 3464 §2.1).</summary>
internal sealed class StatusFields
{
    private readonly Dictionary<string, string> fields = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The first value; null when there is none.</summary>
    public string? this[string name] => fields.GetValueOrDefault(name);

    public static IEnumerable<StatusFields> Groups(IEnumerable<string> lines)
    {
        var group = new StatusFields();
        string? name = null;
        foreach (var line in lines)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                if (group.fields.Count > 0)
                    yield return group;
                (group, name) = (new StatusFields(), null);
            }
            else if (char.IsWhiteSpace(line[0]) && name is not null)
            {
                group.fields[name] += " " + line.Trim();
            }
            else if (line.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 && !group.fields.ContainsKey(line[..colon].Trim()))
            {
                name = line[..colon].Trim();
                group.fields[name] = line[(colon + 1)..].Trim();
            }
            else
            {
                name = null;
            }
        }

        if (group.fields.Count > 0)
            yield return group;
    }
}
