using System.Globalization;
using System.Security.Cryptography;
using System.Xml.Linq;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>Messages that bring files, as a client sees them.</summary>
internal static class FileMessages
{
    private static readonly HttpClient Http = new();

    public static bool IsFile(XElement message) => message.Element(Names.FileSharing + "file-sharing") is not null;

    public static string NameOf(XElement message) => message.Descendants(Names.FileMetadata + "name").Single().Value;

    public static Task<XElement> FileAsync(ChatClient client, string name) => client.Received.WaitAsync(
        $"the file {name}", stanza => stanza.Name == "message" && IsFile(stanza) && NameOf(stanza) == name, TimeSpan.FromMinutes(1));

    public static async Task<byte[]> FetchAsync(XElement message) => await Http.GetByteArrayAsync(new Uri(message.Element("body")!.Value));

    /// <summary>It comes, says what it is, and is what was sent.</summary>
    public static async Task ArrivesAsync(ChatClient client, SentFile file)
    {
        var message = await FileAsync(client, file.Name);
        var metadata = message.Descendants(Names.FileMetadata + "file").Single();
        Assert.That(message.Element(Names.OutOfBand + "x")!.Value, Is.EqualTo(message.Element("body")!.Value), "What clients show as a file has its address and nothing else.");
        Assert.That(metadata.Element(Names.FileMetadata + "size")!.Value, Is.EqualTo(file.Octets.Length.ToString(CultureInfo.InvariantCulture)));
        Assert.That(metadata.Element(Names.Hashes + "hash")!.Value, Is.EqualTo(file.Sha256));
        Assert.That(Convert.ToBase64String(SHA256.HashData(await FetchAsync(message))), Is.EqualTo(file.Sha256), file.Name);
    }
}
