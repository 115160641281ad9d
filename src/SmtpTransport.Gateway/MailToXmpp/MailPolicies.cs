using SmtpTransport.Gateway.Text;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Who may mail whom, and how much: asked of the client first, then of the recipients, then of the author.</summary>
public sealed record MailPolicies(ClientPolicy Clients, RecipientPolicy Recipients, SenderPolicy Senders, LoopMark Loops);
