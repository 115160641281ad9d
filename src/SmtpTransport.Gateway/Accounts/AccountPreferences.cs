namespace SmtpTransport.Gateway.Accounts;

/// <summary>What a user has asked for; a value that the translators are given. As it stands here for whoever has asked for nothing.</summary>
public sealed record AccountPreferences
{
    public static readonly AccountPreferences Default = new();

    /// <summary>Leave out the history that a mail quotes below its own text.</summary>
    public bool TrimQuotes { get; init; }

    /// <summary>Leave out signatures.</summary>
    public bool TrimSignatures { get; init; }

    /// <summary>Send the layout of HTML mails too (XEP-0071): few clients still show it.</summary>
    public bool XhtmlIm { get; init; }

    /// <summary>Tell senders who ask for it that their mail was displayed (RFC 8098): it gives away when somebody reads.</summary>
    public bool GiveReadReceipts { get; init; }

    /// <summary>Ask for such notices when a client marks its message as markable (XEP-0333).</summary>
    public bool AskForReadReceipts { get; init; }
}
