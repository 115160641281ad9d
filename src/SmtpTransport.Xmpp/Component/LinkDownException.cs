namespace SmtpTransport.Xmpp.Component;

/// <summary>A query got no answer because the component link is down, or broke while it waited. Asking again is safe.</summary>
public sealed class LinkDownException() : Exception("The component link is down.");
