using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>One user's copy of a mail while its SMTP session is open.</summary>
/// <param name="isRepeat">The sender's retry of a mail that this user has.</param>
public sealed class MailWork(MailTarget target, bool isRepeat)
{
    public MailTarget Target => target;

    public bool IsRepeat => isRepeat;

    /// <summary>Which RCPTs lead here: two addresses of one user are one copy with one fate.</summary>
    public List<int> Positions { get; } = [];

    /// <summary>Null when the worker is to send it: the user is behind another server, whose word no pong waits for.</summary>
    public Task<DeliveryVerdict>? Sending { get; private set; }

    public PreparedMail? Prepared { get; private set; }

    public Fate Fate { get; private set; } = new Fate.Spooled();

    public void Begin((PreparedMail Mail, Task<DeliveryVerdict> Sending) started) => (Prepared, Sending) = started;

    /// <param name="unfinished">The reply for what has no verdict; null when it stays in the spool.</param>
    public void Assign(Fate[] fates, SmtpReply? unfinished)
    {
        Fate = this switch
        {
            { IsRepeat: true } => new Fate.Taken(),
            { Sending: { IsCompletedSuccessfully: true, Result: DeliveryVerdict.Refused refused } } => new Fate.Refused(FailureMap.ToReply(refused.Error)),
            { Sending.IsCompletedSuccessfully: true } => new Fate.Taken(),
            { Sending: not null } when unfinished is { } reply => new Fate.Refused(reply),
            _ => new Fate.Spooled(),
        };

        // An address of several users (the admins) is taken when one of them has it.
        foreach (var i in Positions.Where(i => fates[i] is null or Fate.Refused))
            fates[i] = Fate;
    }
}
