using System.Text.RegularExpressions;

namespace SmtpTransport.Gateway.Pages;

/// <summary>Plain text with its web addresses made into links.</summary>
internal static partial class TextMarkup
{
    public static Markup Of(string text)
    {
        var pieces = new List<Markup>();
        var at = 0;
        foreach (var found in Address().EnumerateMatches(text))
        {
            var link = text.Substring(found.Index, found.Length);
            pieces.Add(Markup.Of($"{text[at..found.Index]}<a href=\"{link}\" target=\"_blank\" rel=\"{SafePage.Relation}\">{link}</a>"));
            at = found.Index + found.Length;
        }

        return Markup.Of([.. pieces, Markup.Of($"{text[at..]}")]);
    }

    // Ends before what closes the sentence.
    [GeneratedRegex("""\bhttps?://[^\s<>"]*[^\s<>".,;:!?'\])}]""", RegexOptions.IgnoreCase)]
    private static partial Regex Address();
}
