using System.Security.Cryptography;
using System.Text;
using MimeKit;
using MimeKit.IO;
using SmtpTransport.Gateway.Reading;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>One file of a mail, ready to be read as often as it is wanted; never whole in memory.</summary>
internal sealed class FileOpening : IAsyncDisposable
{
    private readonly Stream? temporary;

    private FileOpening(Stream? temporary) => this.temporary = temporary;

    public required FileMetadata Metadata { get; init; }

    /// <summary>Name, kind and size, for the reader.</summary>
    public required string Words { get; init; }

    public required bool IsInline { get; init; }

    public required Func<Stream, CancellationToken, Task> WriteToAsync { get; init; }

    /// <param name="part">As in <see cref="MailPart"/>.</param>
    /// <returns>Null when the mail has no such file.</returns>
    public static async Task<FileOpening?> OpenAsync(MimeMessage mail, int part, CancellationToken cancellation)
    {
        if (part == MailPart.Text)
            return await TextAsync(MailContent.Whole(mail).Text, cancellation);
        var files = MailContent.Of(mail).Attachments;
        if (part == MailPart.Archive)
            return await ArchiveAsync(files, cancellation);
        return part <= files.Count ? await FileAsync(files[part - 1], cancellation) : null;
    }

    public ValueTask DisposeAsync() => temporary?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task<FileOpening> FileAsync(Attachment file, CancellationToken cancellation)
    {
        var name = FileName.Of(file.Entity, file.Name);
        Task WriteAsync(Stream target, CancellationToken token) => FilePart.WriteToAsync(file.Entity, target, token);
        var metadata = await MeasureAsync(name, FilePart.MediaTypeOf(file.Entity, name), WriteAsync, cancellation);
        return new FileOpening(null) { Metadata = metadata, Words = file.Words, IsInline = FilePart.IsInline(file.Entity), WriteToAsync = WriteAsync };
    }

    private static async Task<FileOpening> ArchiveAsync(IReadOnlyList<Attachment> files, CancellationToken cancellation)
    {
        var stored = Nameless();
        try
        {
            await FileArchive.WriteAsync(files, stored, cancellation);
            async Task WriteAsync(Stream target, CancellationToken token)
            {
                stored.Position = 0;
                await stored.CopyToAsync(target, token);
            }

            var metadata = await MeasureAsync(FileArchive.Name, "application/zip", WriteAsync, cancellation);
            var words = $"{FileArchive.Name}, {files.Count} files, {Attachment.Spoken(metadata.Size!.Value)}";
            return new FileOpening(stored) { Metadata = metadata, Words = words, IsInline = false, WriteToAsync = WriteAsync };
        }
        catch
        {
            await stored.DisposeAsync();
            throw;
        }
    }

    private static async Task<FileOpening> TextAsync(string text, CancellationToken cancellation)
    {
        // With the mark at its start every program shows it in the right script.
        byte[] octets = [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)];
        Task WriteAsync(Stream target, CancellationToken token) => target.WriteAsync(octets, token).AsTask();
        var metadata = await MeasureAsync("mail.txt", "text/plain", WriteAsync, cancellation);
        return new FileOpening(null)
        {
            Metadata = metadata,
            Words = $"mail.txt, the whole text, {Attachment.Spoken(octets.Length)}",
            IsInline = false,
            WriteToAsync = WriteAsync,
        };
    }

    private static async Task<FileMetadata> MeasureAsync(string name, string mediaType, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation)
    {
        using var hash = SHA256.Create();
        await using var count = new MeasuringStream();
        await using (var hashing = new CryptoStream(count, hash, CryptoStreamMode.Write, leaveOpen: true))
            await write(hashing, cancellation);
        return new FileMetadata { Name = name, MediaType = mediaType, Size = count.Length, Sha256 = Convert.ToBase64String(hash.Hash!) };
    }

    /// <summary>Gone when it is closed, and when this process ends, however it ends.</summary>
    private static FileStream Nameless()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var created = new FileStream(Path.Combine(Path.GetTempPath(), $"smtp-transport-{Guid.NewGuid():N}"), options);
        File.Delete(created.Name);
        return created;
    }
}
