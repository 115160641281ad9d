namespace SmtpTransport.Xmpp.Component;

/// <summary>The stream is over: the server said so (RFC 6120 §4.9), or broke the protocol or one of our limits.</summary>
/// <param name="condition">A stream error condition, such as <c>not-authorized</c>.</param>
public sealed class XmppStreamException(string condition, string? text = null, Exception? inner = null)
    : Exception(text is null ? condition : $"{condition}: {text}", inner)
{
    public string Condition { get; } = condition;
}
