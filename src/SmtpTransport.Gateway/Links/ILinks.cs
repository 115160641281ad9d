using SmtpTransport.Gateway.Spool;

namespace SmtpTransport.Gateway.Links;

/// <summary>The links that are good: where they lead, and their end.</summary>
public interface ILinks
{
    /// <summary>From now on it is good, for the recipient whose row this is: before anybody learns of it. One that was ended stays so.</summary>
    Task PublishAsync(long recipientId, MailLink link);

    /// <summary>Null for a token that nobody was given, and for one whose time is over or that was revoked.</summary>
    LinkedMail? Find(string token);

    /// <summary>Ends this link and all others of the same user to the same mail. Nothing that is sent again brings them back.</summary>
    /// <returns>False when it was not good any more.</returns>
    Task<bool> RevokeAsync(string token);
}
