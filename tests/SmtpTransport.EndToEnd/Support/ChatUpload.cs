using System.Net.Http.Headers;
using System.Xml.Linq;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>How chat clients share a file: they put it where their server says (XEP-0363), and send the link.</summary>
internal static class ChatUpload
{
    private static readonly XNamespace Upload = "urn:xmpp:http:upload:0";
    private static readonly HttpClient Http = new();

    /// <returns>Where it can be had.</returns>
    public static async Task<string> UploadAsync(ChatClient client, string name, byte[] file)
    {
        var request = new XElement(Upload + "request", new XAttribute("filename", name), new XAttribute("size", file.Length), new XAttribute("content-type", "application/octet-stream"));
        var slot = (await client.QueryAsync("upload." + client.BareJid.Split('@')[1], request)).Element(Upload + "slot")!;
        using var put = new HttpRequestMessage(HttpMethod.Put, slot.Element(Upload + "put")!.Attribute("url")!.Value) { Content = new ByteArrayContent(file) };
        put.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        foreach (var header in slot.Element(Upload + "put")!.Elements(Upload + "header"))
            put.Headers.TryAddWithoutValidation(header.Attribute("name")!.Value, header.Value);
        using var answer = await Http.SendAsync(put);
        answer.EnsureSuccessStatusCode();
        return slot.Element(Upload + "get")!.Attribute("url")!.Value;
    }

    /// <summary>What stands beside a body that is the link (XEP-0066).</summary>
    public static XElement OutOfBand(string url) => new(Names.OutOfBand + "x", new XElement(Names.OutOfBand + "url", url));
}
