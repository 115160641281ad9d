namespace SmtpTransport.Gateway.Spool;

/// <summary>What is kept, with a mail, of the checks on its sender.</summary>
/// <param name="Results">As in our Authentication-Results (RFC 8601); empty when nothing was checked.</param>
/// <param name="IsSenderVerified">SPF or DKIM vouch for the domain of the reverse-path: a report sent there reaches nobody else.</param>
public sealed record MailAuthentication(string Results, bool IsSenderVerified, AuthorStanding Author)
{
    public static readonly MailAuthentication None = new("", false, AuthorStanding.Unchecked);
}

/// <summary>Is the mail from whom its From says? Stored as a number.</summary>
public enum AuthorStanding
{
    /// <summary>Not asked, or not to be shown.</summary>
    Unchecked = 0,

    /// <summary>An aligned pass.</summary>
    Verified = 1,

    /// <summary>Nothing speaks for it or against it.</summary>
    Unverified = 2,

    /// <summary>The domain's owner says that such a mail is not theirs.</summary>
    Doubtful = 3,
}
