namespace SmtpTransport.Xmpp;

public enum StanzaErrorType
{
    Auth,
    Cancel,
    Continue,
    Modify,
    Wait,
}

/// <summary>A stanza error (RFC 6120 §8.3).</summary>
/// <param name="Condition">The defined condition's element name, such as <c>item-not-found</c>.</param>
/// <param name="Text">For people; may be null.</param>
public sealed record StanzaError(StanzaErrorType Type, string Condition, string? Text = null);
