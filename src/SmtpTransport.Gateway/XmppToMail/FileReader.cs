using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Mail.Fetching;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>The files that a message shares, in whichever of the three ways; the way that says the most of a file counts. Pure.</summary>
internal static class FileReader
{
    private const int MaxUrl = 2000;
    private const int MaxName = 200;
    private const int MaxMediaType = 100;
    private const string EncryptedLink = "aesgcm://";

    /// <summary>What stands in the body for clients that know none of these ways.</summary>
    public static IReadOnlyList<string> Features { get; } = [FileSharing.Namespace.NamespaceName, OutOfBandData.Namespace.NamespaceName];

    public static IReadOnlyList<SharedFile> Read(Stanza message) =>
    [
        .. Described(message).Select(file => Shared(file.Metadata, file.Sources))
            .Concat(Links(message).Select(link => Shared(new FileMetadata(), [link.Url])))
            .OfType<SharedFile>()
            .DistinctBy(file => file.Url),
    ];

    /// <summary>A file that a mail cannot carry is refused with the whole message: in part it would mislead.</summary>
    public static StanzaError? Refusal(Stanza message)
    {
        // XEP-0454 §3: an upload that only an OMEMO client can open.
        if (message.Payloads<OutOfBandData>().Any(link => IsEncrypted(link.Url)) || NamesEncrypted(message.Body ?? ""))
            return Refusals.EncryptedFile;
        foreach (var file in Described(message).Where(file => Shared(file.Metadata, file.Sources) is null))
            return file.IsEncrypted || file.Sources.Any(IsEncrypted) ? Refusals.EncryptedFile : Refusals.FileNotOnTheWeb;
        return Read(message).Count > DraftJoining.MaxFiles ? Refusals.TooManyFiles(DraftJoining.MaxFiles) : null;
    }

    /// <summary>A line that is the link of a file is no text; a link that nothing else says is one.</summary>
    public static string Text(Stanza message, string body, IReadOnlyList<SharedFile> files)
    {
        var known = files.Select(file => file.Url).ToHashSet();
        var links = message.Payloads<OutOfBandData>().Select(link => link.Url).Where(url => !known.Contains(url) && !body.Contains(url, StringComparison.Ordinal));
        return known.Count == 0 ? string.Join('\n', links.Prepend(body)) : string.Join('\n', body.Split('\n').Where(line => !known.Contains(line.Trim())).Concat(links));
    }

    private static IEnumerable<(FileMetadata Metadata, IReadOnlyList<string> Sources, bool IsEncrypted)> Described(Stanza message) =>
        message.Payloads<FileSharing>().Select(file => (file.File, file.Sources, file.IsEncrypted))
            .Concat(message.Payloads<MediaSharing>().Select(file => (file.File, file.Sources, false)));

    /// <summary>A link within a sentence is a link; it is a file where it stands apart, or has a description of its own (XEP-0066 §3).</summary>
    private static IEnumerable<OutOfBandData> Links(Stanza message) =>
        message.Payloads<OutOfBandData>().Where(link => link.Description is not null || StandsApart(link.Url, message.Body ?? ""));

    private static bool StandsApart(string url, string body) =>
        !body.Contains(url, StringComparison.Ordinal) || body.Split('\n').Any(line => line.AsSpan().Trim().SequenceEqual(url));

    private static SharedFile? Shared(FileMetadata file, IReadOnlyList<string> sources) =>
        sources.FirstOrDefault(IsWeb) is { } url
            ? new SharedFile(url)
            {
                Name = Bounded(file.Name, MaxName),
                MediaType = Bounded(file.MediaType, MaxMediaType),
                Size = file.Size,
                Sha256 = IsSha256(file.Sha256) ? file.Sha256 : null,
            }
            : null;

    private static bool IsWeb(string url) => url.Length <= MaxUrl && Uri.TryCreate(url, UriKind.Absolute, out var address) && FileFetcher.IsWeb(address);

    private static bool IsEncrypted(string url) => url.StartsWith("aesgcm:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Wherever it stands in a text: behind it comes the key, which would go to the reader in the clear, and with it nothing that can be opened.</summary>
    private static bool NamesEncrypted(string text)
    {
        for (var at = Encrypted(text, 0); at >= 0; at = Encrypted(text, at + 1))
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && at + EncryptedLink.Length < text.Length && !char.IsWhiteSpace(text[at + EncryptedLink.Length]))
                return true;
        return false;
    }

    private static int Encrypted(string text, int from) => text.IndexOf(EncryptedLink, from, StringComparison.OrdinalIgnoreCase);

    private static bool IsSha256(string? hash) => hash is not null && Convert.TryFromBase64String(hash, stackalloc byte[64], out var octets) && octets == 32;

    private static string? Bounded(string? text, int length) => PlainText.OneLine(text ?? "", length) is { Length: > 0 } line ? line : null;
}
