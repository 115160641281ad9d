namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>What comes of a failed check (<c>Inbound:Dmarc</c>).</summary>
public enum DmarcMode
{
    /// <summary>As the owner of the author's domain asks.</summary>
    Enforce,

    /// <summary>Nothing is refused; what would be is marked.</summary>
    Mark,

    /// <summary>Nothing is asked, so nothing is known: nobody is verified.</summary>
    Off,
}
