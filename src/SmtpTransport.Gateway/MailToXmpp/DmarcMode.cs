namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>What comes of a failed check (<c>Inbound:Dmarc</c>).</summary>
public enum DmarcMode
{
    /// <summary>As the owner of the author's domain asks.</summary>
    Enforce,

    /// <summary>Nothing is refused; what would be is marked.</summary>
    Mark,

    /// <summary>Nobody is told. Whether a sender is verified still decides on reports.</summary>
    Off,
}
