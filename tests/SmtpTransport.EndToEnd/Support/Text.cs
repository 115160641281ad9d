using System.Globalization;
using System.Xml.Linq;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>What scenarios write and read.</summary>
internal static class Text
{
    private static int count;

    /// <summary>A word that occurs nowhere else in this run.</summary>
    public static string Unique(string word = "w") => $"{word}-{Interlocked.Increment(ref count).ToString(CultureInfo.InvariantCulture)}-{Environment.ProcessId}";

    public static string Mail(string from, string to, string subject, string body, params string[] headers) =>
        string.Concat(
            $"From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: {DateTimeOffset.UtcNow:r}\r\n".Replace("GMT", "+0000", StringComparison.Ordinal),
            headers.Any(header => header.StartsWith("Message-ID:", StringComparison.OrdinalIgnoreCase)) ? "" : $"Message-ID: <{Unique("m")}@mail.test>\r\n",
            "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n",
            string.Concat(headers.Select(header => header + "\r\n")),
            "\r\n",
            body.ReplaceLineEndings("\r\n"),
            "\r\n");

    /// <summary>A mail address as a contact's JID, in the form that the gateway uses by default.</summary>
    public static string Contact(string address, string gateway)
    {
        var at = address.LastIndexOf('@');
        return $"{address[..at]}%{address[(at + 1)..]}@{gateway}";
    }

    public static string? Bare(string? jid) => jid?.Split('/')[0];

    /// <summary>The condition of a stanza error, and its words.</summary>
    public static (string Type, string Condition, string Words) Error(XElement stanza)
    {
        var error = stanza.Element("error") ?? throw new InvalidOperationException($"No error in {stanza}");
        var condition = error.Elements().First(child => child.Name.Namespace == Names.StanzaErrors && child.Name.LocalName != "text");
        return ((string)error.Attribute("type")!, condition.Name.LocalName, error.Element(Names.StanzaErrors + "text")?.Value ?? "");
    }
}
