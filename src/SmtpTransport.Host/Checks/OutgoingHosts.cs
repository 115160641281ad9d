using System.Net;

namespace SmtpTransport.Host.Checks;

/// <summary>Where our mail leaves from, as those who ask for SPF see it.</summary>
/// <param name="Relay">Its host name; null when we deliver by MX. Its addresses are a guess: it may send from others.</param>
internal sealed record OutgoingHosts(IReadOnlyList<IPAddress> Addresses, string? Relay);
