namespace SmtpTransport.Gateway.Spool;

/// <summary>A web address under which one user finds a mail, or a file of it.</summary>
/// <param name="Token">What makes it unguessable: the same whenever the same mail is sent again.</param>
/// <param name="Part">0 for the whole mail, n for its n-th file.</param>
public sealed record MailLink(string Token, int Part, string Url, DateTimeOffset ExpiresAt);
