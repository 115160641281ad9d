namespace SmtpTransport.Mail.Delivery;

/// <summary>What a mail itself says about TLS.</summary>
internal enum TlsWish
{
    /// <summary>Nothing: the policies of the destination count.</summary>
    None,

    /// <summary>REQUIRETLS (RFC 8689 §2): authenticated, and so all the way.</summary>
    Required,

    /// <summary>Its header says <c>TLS-Required: No</c> (RFC 8689 §3): rather in the open than not at all.</summary>
    Waived,
}
