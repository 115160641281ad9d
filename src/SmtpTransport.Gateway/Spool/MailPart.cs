namespace SmtpTransport.Gateway.Spool;

/// <summary>What of a mail a row of the spool is about: the mail itself, or something of it that goes as a message of its own.</summary>
public static class MailPart
{
    /// <summary>The mail itself. From 1 on: its files, in their order.</summary>
    public const int Mail = 0;

    /// <summary>A mail with more files has them in one.</summary>
    public const int MaxFiles = 10;

    /// <summary>All files in one archive.</summary>
    public const int Archive = 100;

    /// <summary>The whole of a text that is too long for messages.</summary>
    public const int Text = 101;

    /// <summary>Stanza ids below it are those of the messages that carry the text.</summary>
    private const int FirstStanza = 128;

    public static bool IsFile(int part) => part is >= 1 and <= MaxFiles;

    /// <summary>The id of the message that brings it, or says why it does not come.</summary>
    public static string StanzaIdOf(MailFingerprint mail, int part) => mail.StanzaId(FirstStanza + part);
}
