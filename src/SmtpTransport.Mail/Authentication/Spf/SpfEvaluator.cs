using System.Net;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Mail.Authentication.Spf;

/// <summary>Asks whether a client may send for the domain that it names (RFC 7208).</summary>
public sealed class SpfEvaluator(IDnsResolver dns, TimeProvider time)
{
    private const int MaxExplanation = 300;

    /// <param name="sender">Null for <c>&lt;&gt;</c>: then EHLO is asked about (RFC 7208 §2.4).</param>
    /// <param name="receiver">Our own name.</param>
    public Task<SpfVerdict> EvaluateAsync(IPAddress client, string helo, EmailAddress? sender, string receiver, CancellationToken cancellation)
    {
        var (local, domain) = sender is { } mailbox ? (mailbox.Local, MailDomain.ToAscii(mailbox.Domain)) : ("", helo);
        return EvaluateAsync(new SpfQuestion(client, helo, local, domain) { Receiver = receiver, Now = time.GetUtcNow() }, cancellation);
    }

    internal async Task<SpfVerdict> EvaluateAsync(SpfQuestion question, CancellationToken cancellation)
    {
        var domain = question.SenderDomain.TrimEnd('.');
        var evaluation = new SpfEvaluation(question, dns, cancellation);
        var outcome = await evaluation.CheckAsync(domain);
        var words = outcome.Reason ?? await evaluation.ExplainAsync(outcome);
        return new SpfVerdict(outcome.Result, domain.ToLowerInvariant(), words is null ? null : Printable(words));
    }

    // RFC 7208 §6.2: a stranger's words; one line of plain ASCII, whatever the macros have put in.
    private static string Printable(string words) =>
        string.Concat(words.Take(MaxExplanation).Select(c => c is >= ' ' and <= '~' ? c : '?'));
}
