using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>Text that stands in a body for clients which do not know a feature (XEP-0428): we do, so it goes.</summary>
internal static class FallbackText
{
    private const string Namespace = "urn:xmpp:fallback:0";
    private const int MaxRanges = 20;

    private static readonly HashSet<string> Understood = ["urn:xmpp:reply:0"];

    public static string Strip(XElement message, string body)
    {
        var ranges = new List<(int Start, int End)>();
        foreach (var fallback in message.Elements(XName.Get("fallback", Namespace)))
        {
            if (!Understood.Contains(fallback.Attribute("for")?.Value ?? ""))
            {
                continue;
            }

            if (!fallback.HasElements)
            {
                return "";
            }

            foreach (var range in fallback.Elements(XName.Get("body", Namespace)).Take(MaxRanges))
            {
                if (Count(range, "start", 0) is { } start && Count(range, "end", int.MaxValue) is { } end)
                {
                    ranges.Add((start, end));
                }
            }
        }

        return ranges.Count == 0 ? body : Without(body, ranges);
    }

    // XEP-0426 §3: ranges count code points, start included, end not.
    private static string Without(string body, List<(int Start, int End)> ranges)
    {
        var kept = new StringBuilder(body.Length);
        var position = 0;
        foreach (var rune in body.EnumerateRunes())
        {
            if (!ranges.Exists(range => range.Start <= position && position < range.End))
            {
                kept.Append(rune);
            }

            position++;
        }

        return kept.ToString();
    }

    private static int? Count(XElement range, string name, int otherwise) =>
        range.Attribute(name) is not { } attribute ? otherwise
        : int.TryParse(attribute.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count
        : null;
}
