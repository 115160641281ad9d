namespace SmtpTransport.Gateway.XmppToMail;

/// <summary>Message-IDs on their way into a header: whoever made them, they cannot end it.</summary>
internal static class MessageIdText
{
    private const int Max = 500;

    /// <summary>Without angle brackets; empty when it is none (RFC 5322 §3.6.4).</summary>
    public static string Clean(string id)
    {
        id = id.Trim().TrimStart('<').TrimEnd('>');
        return id.Length <= Max && id.All(c => c is > ' ' and < '\u007F' and not ('<' or '>')) ? id : "";
    }
}
