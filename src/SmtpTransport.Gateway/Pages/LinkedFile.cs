using MimeKit;
using SmtpTransport.Gateway.Reading;

namespace SmtpTransport.Gateway.Pages;

/// <summary>A file of a mail, for whoever has a link to it; never whole in memory.</summary>
/// <param name="Name">Safe on every disk.</param>
public sealed record LinkedFile(string Name, string MediaType, Func<Stream, CancellationToken, Task> WriteToAsync)
{
    /// <param name="number">From 1 on, in the order in which the mail has them.</param>
    /// <returns>Null when it has none of that number.</returns>
    public static LinkedFile? Of(MimeMessage mail, int number) =>
        MailContent.Of(mail).Attachments is var files && number >= 1 && number <= files.Count ? Of(files[number - 1].Entity, files[number - 1].Name) : null;

    /// <summary>A picture of the mail's own page.</summary>
    public static LinkedFile? Picture(MimeMessage mail, int number) => MailPictures.Of(mail).At(number) is { } picture ? Of(picture, "picture") : null;

    private static LinkedFile Of(MimeEntity entity, string otherwise)
    {
        var name = FileName.Of(entity, otherwise);
        return new LinkedFile(name, FilePart.MediaTypeOf(entity, name), (target, cancellation) => FilePart.WriteToAsync(entity, target, cancellation));
    }
}
