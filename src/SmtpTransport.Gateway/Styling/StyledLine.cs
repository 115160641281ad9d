using System.Xml.Linq;

namespace SmtpTransport.Gateway.Styling;

/// <summary>The spans of one line (XEP-0393 §5.2): matched from the left, each as short as can be.</summary>
internal static class StyledLine
{
    public static IEnumerable<XNode> Read(string line)
    {
        var nodes = new List<XNode>();

        // Directives that are not closed in the rest of the line: looked for once, however many of them open.
        var unclosed = "";
        var plain = 0;
        for (var at = 0; at < line.Length; at++)
        {
            if (ElementOf(line[at]) is not { } element || unclosed.Contains(line[at], StringComparison.Ordinal) || !MayOpen(line, at))
                continue;
            if (line[at + 1] == line[at])
            {
                at++; // Nothing between the two: neither is a directive.
                continue;
            }

            var end = Close(line, at);
            if (end < 0)
            {
                unclosed += line[at];
                continue;
            }

            nodes.AddRange(PlainWords.Read(line[plain..at]));
            var inside = line[(at + 1)..end];

            // Children end where this one does, so that they are nested three deep at most: none may hold one of its own kind.
            nodes.Add(new XElement(element, element == "code" ? new XText(PlainWords.Spaced(inside)) : Read(inside)));
            plain = end + 1;
            at = end;
        }

        nodes.AddRange(PlainWords.Read(line[plain..]));
        return nodes;
    }

    private static string? ElementOf(char directive) => directive switch
    {
        '*' => "strong",
        '_' => "em",
        '~' => "del",
        '`' => "code",
        _ => null,
    };

    // Behind another directive that opens is the beginning of what that one holds.
    private static bool MayOpen(string line, int at) =>
        (at == 0 || char.IsWhiteSpace(line[at - 1])) && at + 1 < line.Length && !char.IsWhiteSpace(line[at + 1]);

    private static int Close(string line, int open)
    {
        var at = line.IndexOf(line[open], open + 1);
        while (at >= 0 && char.IsWhiteSpace(line[at - 1]))
            at = line.IndexOf(line[open], at + 1);
        return at;
    }
}
