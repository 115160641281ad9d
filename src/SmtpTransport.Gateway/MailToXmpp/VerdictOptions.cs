namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>How long an SMTP session waits for the XMPP server (configuration section <c>Xmpp</c>, design §3).</summary>
public sealed record VerdictOptions
{
    /// <summary>Sessions wait this long after the link broke before they answer 451 4.4.3: a server restart takes less.</summary>
    public TimeSpan ReconnectGrace { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Without a verdict by then the answer is 250, and delivery goes on from the spool.</summary>
    public TimeSpan VerdictTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
