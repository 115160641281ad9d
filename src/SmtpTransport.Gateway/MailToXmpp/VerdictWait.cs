using SmtpTransport.Mail;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>How long an SMTP session waits for the XMPP server's word (design §3).</summary>
public sealed class VerdictWait(IStanzaSender link, VerdictOptions options, TimeProvider time)
{
    /// <summary>How often a waiting session looks whether the link is still there.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);

    /// <summary>Most verdicts come in a few milliseconds; so long they may hold back the commit that then records them as well.</summary>
    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(50);

    /// <summary>The link has been down for so long that there is nothing to wait for.</summary>
    public bool IsGraceOver => link.DownSince is { } since && time.GetUtcNow() - since >= options.ReconnectGrace;

    /// <returns>True when all of them came in a moment.</returns>
    public async Task<bool> BrieflyForAsync(IReadOnlyList<Task> verdicts)
    {
        var all = Task.WhenAll(verdicts);
        if (!all.IsCompleted && link.DownSince is null)
            await all.WaitAsync(Brief, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return all.IsCompletedSuccessfully;
    }

    /// <summary>
    /// Waits for all of them, but not beyond <see cref="VerdictOptions.VerdictTimeout"/> on a link that is up, and not beyond
    /// <see cref="VerdictOptions.ReconnectGrace"/> after it broke.
    /// </summary>
    /// <returns>True when it ended because the link is down.</returns>
    public async Task<bool> ForAsync(IReadOnlyList<Task> verdicts)
    {
        var all = Task.WhenAll(verdicts);
        var deadline = time.Steady() + options.VerdictTimeout;
        while (!all.IsCompleted)
        {
            if (IsGraceOver)
                return true;
            if (link.DownSince is not null)
                deadline = time.Steady() + options.VerdictTimeout;
            else if (time.Steady() >= deadline)
                return false;
            await Task.WhenAny(all, Task.Delay(Glance, time));
        }

        return false;
    }
}
