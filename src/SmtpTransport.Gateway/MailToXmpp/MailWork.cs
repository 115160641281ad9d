using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>One user's copy of a mail while its SMTP session is open.</summary>
public sealed class MailWork(MailTarget target)
{
    public MailTarget Target => target;

    /// <summary>Which RCPTs lead here: two addresses of one user are one copy with one fate.</summary>
    public List<int> Positions { get; } = [];

    /// <summary>Null when the worker is to send it: the user is behind another server, whose word no pong waits for.</summary>
    public Task<StanzaOutcome>? Sending { get; set; }

    public Fate Fate { get; set; } = new Fate.Spooled();

    /// <param name="unfinished">The reply for what has no verdict; null when it stays in the spool.</param>
    public void Conclude(SmtpReply? unfinished) => Fate = Sending switch
    {
        { IsCompletedSuccessfully: true, Result.Verdict: DeliveryVerdict.Refused refused } => new Fate.Refused(FailureMap.ToReply(refused.Error)),
        { IsCompletedSuccessfully: true } => new Fate.Taken(),
        not null when unfinished is { } reply => new Fate.Refused(reply),
        _ => new Fate.Spooled(),
    };

    /// <summary>Says it for every RCPT; an address of several users (the admins) is taken when one of them has it.</summary>
    public void Tell(Fate[] fates)
    {
        foreach (var i in Positions.Where(i => fates[i] is null or Fate.Refused))
            fates[i] = Fate;
    }
}
