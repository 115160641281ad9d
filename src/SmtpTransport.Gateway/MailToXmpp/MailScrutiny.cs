using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Looks at a mail after its last octet and before anything of it is stored: may it come in, and what is to be said of it?</summary>
public sealed class MailScrutiny(SenderCheck sender, SpamFilter filter)
{
    /// <summary>We wrote it, so nobody else need vouch for it.</summary>
    private static readonly MailAuthentication OurWord = new("", IsSenderVerified: true, AuthorStanding.Verified);

    public async ValueTask<Finding> ExamineAsync(SmtpClient client, Envelope envelope, IncomingMail mail, MessageContent content, CancellationToken cancellation)
    {
        if (client.IsOurselves)
            return new Finding(null, OurWord);
        var judging = filter.ExamineAsync(client, envelope, content, cancellation);
        var checking = sender.ExamineAsync(client, envelope, mail.Message.Headers, content, cancellation);
        // Both, come what may: they read the content, which its owner disposes of when we are done.
        await Task.WhenAll(judging, checking);
        var (spam, finding) = (await judging, await checking);
        return finding with { Refusal = finding.Refusal ?? spam.Refusal, Warnings = spam.Warning is { } warning ? [warning] : [] };
    }
}

/// <param name="Refusal">Null when the mail may come in.</param>
public sealed record Finding(SmtpReply? Refusal, MailAuthentication Authentication)
{
    /// <summary>What the readers of a mail that comes in are told of it, a line for each; in our own words.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
