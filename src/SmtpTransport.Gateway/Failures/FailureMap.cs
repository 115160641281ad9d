using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Failures;

/// <summary>The one table between SMTP replies and stanza errors.</summary>
public static class FailureMap
{
    /// <summary>What the mail's sender is told when the XMPP server refused a message we injected.</summary>
    public static SmtpReply ToReply(StanzaError error) => throw new NotImplementedException();

    /// <summary>What the message's sender is told when a mail could not be delivered; the text carries the remote words.</summary>
    public static StanzaError ToStanzaError(DeliveryFailure failure) => throw new NotImplementedException();
}
