using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Who receives: our names, and the key that our stanza ids are made with.</summary>
public sealed record ReceiverIdentity(string Hostname, Jid Component, byte[] FingerprintKey);
