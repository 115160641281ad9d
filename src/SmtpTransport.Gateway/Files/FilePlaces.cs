using SmtpTransport.Gateway.Links;
using SmtpTransport.Gateway.Spool;

namespace SmtpTransport.Gateway.Files;

/// <summary>The server's upload service and our own links, as the operator prefers them (<c>Files:Via</c>).</summary>
public sealed class FilePlaces(FilesOptions options, UploadService service, FileUpload upload, PublicLinks links, ILinks published) : IFilePlaces
{
    public bool AreThere => (MayUpload && service.MayWork) || (MayLink && links.ArePublished);

    public bool AreCertain => (MayUpload && service.IsFound) || (MayLink && links.ArePublished);

    private bool MayUpload => options.Via is FileWay.Auto or FileWay.Upload;

    private bool MayLink => options.Via is FileWay.Auto or FileWay.Own;

    public async Task<Placement> PlaceAsync(OutgoingFile file, CancellationToken cancellation)
    {
        var uploaded = MayUpload ? await upload.PlaceAsync(file, cancellation) : null;
        return uploaded is Placement.Placed ? uploaded : await OwnLinkAsync(file) ?? uploaded ?? new Placement.Refused("the mail gateway has no place for files");
    }

    /// <summary>What is not a part as it came can only be uploaded.</summary>
    private async Task<Placement?> OwnLinkAsync(OutgoingFile file)
    {
        if (!MayLink || !MailPart.IsFile(file.Part) || links.To(file.Mail, file.Part) is not { } link)
            return null;
        // Clients fetch what they are shown at once.
        await published.PublishAsync(file.RecipientId, link);
        // The name at its end, so that its reader's program sees what it is.
        return new Placement.Placed($"{link.Url}/{Uri.EscapeDataString(file.Name)}", IsOwn: true);
    }
}
