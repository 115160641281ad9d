namespace SmtpTransport.Mail.Delivery;

/// <summary>What a refusal is about, as far as its words tell more than its code.</summary>
public enum ReplyClass
{
    Other,

    /// <summary>Too much from us: less would be welcome.</summary>
    RateLimited,

    /// <summary>We ourselves are not welcome: a block list, a bad reputation.</summary>
    Blocked,

    /// <summary>This one mail is taken for spam, or breaks a policy.</summary>
    Content,

    /// <summary>The recipient's own trouble: full, or too busy.</summary>
    Mailbox,

    /// <summary>The server wants another connection, nothing more.</summary>
    ConnectionSpent,
}
