using SmtpTransport.Gateway.Reading;
using SmtpTransport.Gateway.Spool;

namespace SmtpTransport.Gateway.Translation;

/// <summary>Which files of a mail follow its text as messages of their own, and what the text says of files.</summary>
/// <param name="Parts">Numbers as in <see cref="MailPart"/>, in the order in which they are to come.</param>
/// <param name="Words">Empty when the files speak for themselves.</param>
/// <param name="Cut">Whether they are only on the page of the mail.</param>
internal sealed record FollowingFiles(IReadOnlyList<int> Parts, string Words, MailCut Cut = MailCut.None)
{
    private const int MaxNamed = 10;

    public static FollowingFiles Of(MailContent content, MailContext context)
    {
        var files = content.Attachments;
        if (!context.FilesFollow)
            return new FollowingFiles([], Names(files));
        if (files.Count <= MailPart.MaxFiles)
            return new FollowingFiles([.. Enumerable.Range(1, files.Count)], content.Text.Length > 0 && !context.FilesMayStay ? "" : Names(files));
        return context.PageLink is not null
            ? new FollowingFiles([], Names(files), MailCut.Files)
            : new FollowingFiles([MailPart.Archive], $"{Names(files)}\n[All of them follow in {FileArchive.Name}]");
    }

    /// <summary>A text that is too long for messages follows whole as a file, where no page has it.</summary>
    public static bool TextFollows(MailContext context) => context.FilesFollow && context.PageLink is null;

    private static string Names(IReadOnlyList<Attachment> files)
    {
        var named = files.Take(MaxNamed).Select(file => file.ToString());
        return string.Join('\n', files.Count > MaxNamed ? named.Append($"[and {files.Count - MaxNamed} more files]") : named);
    }
}
