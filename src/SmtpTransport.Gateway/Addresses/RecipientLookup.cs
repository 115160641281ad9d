using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Addresses;

public abstract record RecipientLookup
{
    private RecipientLookup()
    {
    }

    /// <param name="Jid">Bare.</param>
    /// <param name="Tag">The plus part of <c>alice+shop@...</c>, or null.</param>
    public sealed record User(Jid Jid, string? Tag) : RecipientLookup;

    /// <summary>postmaster@, abuse@: the admins.</summary>
    public sealed record Admins : RecipientLookup;

    /// <summary>A reply to give at RCPT.</summary>
    public sealed record Refused(SmtpReply Reply) : RecipientLookup;
}
