namespace SmtpTransport.Xmpp.Component;

/// <summary>The XMPP server's word on a message we sent.</summary>
public abstract record DeliveryVerdict
{
    private DeliveryVerdict()
    {
    }

    /// <summary>Delivered, stored, or handed to another server.</summary>
    public sealed record Taken : DeliveryVerdict;

    public sealed record Refused(StanzaError Error) : DeliveryVerdict;
}
