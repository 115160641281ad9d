namespace SmtpTransport.Mail.Delivery;

/// <summary>Counts what the way out has met.</summary>
public interface IDeliveryObserver
{
    /// <summary>One connection, or one policy that was to be fetched (RFC 8460 §4.2).</summary>
    /// <param name="domain">Of the recipients.</param>
    /// <param name="host">The mail host, or the policy host.</param>
    void TlsSeen(string domain, string host, TlsPolicyKind policy, TlsResult result);

    /// <summary>A server refused a mail, or us, for good or for now.</summary>
    void Refused(ReplyClass words);
}
