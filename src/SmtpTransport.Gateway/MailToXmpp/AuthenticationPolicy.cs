using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Authentication;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>What becomes of a mail, from what is known of its sender: a pure function (design §5).</summary>
internal static class AuthenticationPolicy
{
    // RFC 7372 §3.1, §3.2
    private static readonly SmtpReply Failed = new(550, "5.7.26", "The owner of the domain in From asks to refuse such mail (DMARC)");
    private static readonly SmtpReply Undecided = new(451, "4.7.0", "The DNS does not say now whether this mail is from the domain in From, try again later");

    /// <param name="isTrusted">From a network of ours: never refused, and its address speaks for nobody.</param>
    /// <param name="isSealed">A sealer that we trust says that the mail was good when it came there.</param>
    /// <returns>A null refusal when the mail may come in.</returns>
    public static (SmtpReply? Refusal, AuthorStanding Author) Decide(AuthenticationVerdict verdict, DmarcMode mode, bool isTrusted, bool isSealed)
    {
        var author = Author(verdict, isTrusted);
        var mayRefuse = mode == DmarcMode.Enforce && verdict.Dmarc.Policy == DmarcPolicy.Reject && !isTrusted && !isSealed;
        return verdict.Dmarc.Result switch
        {
            DmarcResult.Fail when mayRefuse => (Failed, author),
            DmarcResult.TempError when mayRefuse => (Undecided, author),
            _ => (null, author),
        };
    }

    /// <summary>
    /// A report may go where SPF or DKIM vouch for the reverse-path itself: an author who is verified could still name a
    /// victim there.
    /// </summary>
    public static bool IsSenderVerified(AuthenticationVerdict verdict, EmailAddress? reversePath, bool isTrusted)
    {
        if (reversePath is not { IsLiteral: false } path)
            return false;
        var domain = MailDomain.ToAscii(path.Domain);
        return (verdict.Spf.Result == SpfResult.Pass && !isTrusted)
            || Signers(verdict).Any(signer => MailDomain.SpeaksFor(signer, domain))
            || (verdict.Dmarc.Result == DmarcResult.Pass && verdict.Dmarc.Domain == domain);
    }

    private static AuthorStanding Author(AuthenticationVerdict verdict, bool isTrusted)
    {
        switch (verdict.Dmarc.Result)
        {
            case DmarcResult.Pass:
                return AuthorStanding.Verified;
            case DmarcResult.Fail:
                return AuthorStanding.Doubtful;
        }

        // No policy, or none that could be read: what is proven is as good as with one.
        var proven = Signers(verdict);
        if (verdict.Spf.Result == SpfResult.Pass && !isTrusted)
            proven = proven.Append(verdict.Spf.Domain);
        if (verdict.Dmarc.Domain.Length > 0 && proven.Any(domain => MailDomain.SpeaksFor(domain, verdict.Dmarc.Domain)))
            return AuthorStanding.Verified;
        return verdict.Spf.Result == SpfResult.Fail && !isTrusted ? AuthorStanding.Doubtful : AuthorStanding.Unverified;
    }

    private static IEnumerable<string> Signers(AuthenticationVerdict verdict) =>
        verdict.Dkim.Where(signature => signature.Result == DkimResult.Pass).Select(signature => signature.Domain);
}
