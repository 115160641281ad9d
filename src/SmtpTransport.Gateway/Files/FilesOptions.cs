namespace SmtpTransport.Gateway.Files;

/// <summary>How the files of mails come to users (configuration section <c>Files</c>).</summary>
public sealed record FilesOptions
{
    public FileWay Via { get; init; } = FileWay.Auto;
}

/// <summary><c>Files:Via</c></summary>
public enum FileWay
{
    /// <summary>The server's upload service where it works, else our own links.</summary>
    Auto,

    /// <summary>The server's upload service alone (XEP-0363).</summary>
    Upload,

    /// <summary>Our own links alone.</summary>
    Own,
}
