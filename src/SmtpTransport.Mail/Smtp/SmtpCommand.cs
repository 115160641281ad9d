namespace SmtpTransport.Mail.Smtp;

/// <summary>What a client said, parsed. The set is closed: a switch over it is the whole protocol.</summary>
internal abstract record SmtpCommand
{
    private SmtpCommand()
    {
    }

    public sealed record Helo(string Name) : SmtpCommand;

    public sealed record Ehlo(string Name) : SmtpCommand;

    /// <param name="NonAscii">The path came with octets that only SMTPUTF8 allows.</param>
    public sealed record Mail(EmailAddress? ReversePath, bool NonAscii, MailParameters Parameters) : SmtpCommand;

    /// <param name="Address">Without a domain for <c>&lt;postmaster&gt;</c> (RFC 5321 §4.5.1).</param>
    /// <param name="NonAscii">The path or ORCPT (RFC 6533 §3) came with octets that only SMTPUTF8 allows.</param>
    public sealed record Rcpt(EmailAddress Address, bool NonAscii, RcptParameters Parameters) : SmtpCommand;

    public sealed record Data : SmtpCommand;

    public sealed record Bdat(long Size, bool Last) : SmtpCommand;

    public sealed record Rset : SmtpCommand;

    public sealed record Noop : SmtpCommand;

    public sealed record Help : SmtpCommand;

    public sealed record Vrfy : SmtpCommand;

    public sealed record StartTls : SmtpCommand;

    public sealed record Quit : SmtpCommand;

    /// <summary>Anything that the grammar alone can refuse.</summary>
    public sealed record Refused(SmtpReply Reply) : SmtpCommand;

    /// <summary>A BDAT of unreadable size: nobody can tell where its content ends and the next command begins.</summary>
    public sealed record Unframed(SmtpReply Reply) : SmtpCommand;
}
