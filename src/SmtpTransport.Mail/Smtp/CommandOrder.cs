namespace SmtpTransport.Mail.Smtp;

internal enum SessionState
{
    /// <summary>No EHLO or HELO yet, or TLS has just begun.</summary>
    Connected,
    Greeted,

    /// <summary>MAIL was accepted, no recipient named yet.</summary>
    Mail,

    /// <summary>Recipients were named, and every one refused.</summary>
    AllRefused,

    /// <summary>At least one recipient was accepted.</summary>
    Rcpt,

    /// <summary>The first chunk has come, the last has not.</summary>
    Bdat,
}

/// <summary>What may be said when (RFC 5321 §4.1.4).</summary>
internal static class CommandOrder
{
    public static SmtpReply? Refusal(SmtpCommand command, SessionState state) => (command, state) switch
    {
        (SmtpCommand.Mail or SmtpCommand.Rcpt or SmtpCommand.Data or SmtpCommand.Bdat or SmtpCommand.StartTls, SessionState.Connected)
            => Replies.HeloFirst,
        (SmtpCommand.Mail, not SessionState.Greeted) => Replies.NestedMail,
        (SmtpCommand.Rcpt or SmtpCommand.Data or SmtpCommand.Bdat, SessionState.Greeted) => Replies.MailFirst,
        (SmtpCommand.Data or SmtpCommand.Bdat, SessionState.Mail) => Replies.RcptFirst,
        // RFC 5321 §3.3: a client that pipelines could not know.
        (SmtpCommand.Data or SmtpCommand.Bdat, SessionState.AllRefused) => Replies.NoValidRecipients,
        (SmtpCommand.Rcpt or SmtpCommand.Data, SessionState.Bdat) => Replies.BdatUnderWay,
        _ => null,
    };
}
