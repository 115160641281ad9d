using System.Diagnostics.Metrics;
using SmtpTransport.Gateway.Spool;

namespace SmtpTransport.Gateway.Telemetry;

/// <summary>
/// Everything this program counts, a method for each event (docs/metrics.md). Every counter exists with its known labels
/// from the start, so that an alert can tell "none yet" from "not there".
/// </summary>
public sealed class GatewayMetrics
{
    public const string MeterName = "SmtpTransport";

    private readonly Counter<long> mailsReceived;
    private readonly Counter<long> messagesReceived;
    private readonly Counter<long> mailsDelivered;
    private readonly Counter<long> mailsDeferred;
    private readonly Counter<long> mailsFailed;
    private readonly Counter<long> lateRefusals;
    private readonly Counter<long> bounces;
    private readonly Counter<long> authVerdicts;
    private readonly Counter<long> refusals;
    private readonly Counter<long> reports;
    private readonly Counter<long> smtpRefusals;
    private readonly Counter<long> failedChecks;
    private Func<bool> isComponentUp = () => false;
    private Func<QueueLevels> queueLevels = () => QueueLevels.Empty;
    private Func<long> freeOctets = () => 0;

    public GatewayMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        mailsReceived = meter.CreateCounter<long>("smtptransport.mails.received", "{mail}", "Mails that SMTP clients sent us, by the answer they got.");
        messagesReceived = meter.CreateCounter<long>("smtptransport.messages.received", "{message}", "Chat messages meant to become mail, by the answer they got.");
        mailsDelivered = meter.CreateCounter<long>("smtptransport.mails.delivered", "{recipient}", "Recipients reached.");
        mailsDeferred = meter.CreateCounter<long>("smtptransport.mails.deferred", "{attempt}", "Attempts that will be repeated.");
        mailsFailed = meter.CreateCounter<long>("smtptransport.mails.failed", "{recipient}", "Recipients given up.");
        lateRefusals = meter.CreateCounter<long>("smtptransport.late.refusals", "{recipient}", "Refusals by the XMPP server that came after our 250.");
        bounces = meter.CreateCounter<long>("smtptransport.bounces", "{recipient}", "Recipients that bounces at our return paths tell of, by what came of it.");
        authVerdicts = meter.CreateCounter<long>("smtptransport.auth.verdicts", "{verdict}", "Results of sender checks.");
        refusals = meter.CreateCounter<long>("smtptransport.refusals", "{refusal}", "What was refused, delayed or held back, by the reason.");
        reports = meter.CreateCounter<long>("smtptransport.reports", "{report}", "Reports to the senders of mail, by what became of them.");
        smtpRefusals = meter.CreateCounter<long>("smtptransport.smtp.refusals", "{reply}", "4xx and 5xx replies to SMTP clients, by their code.");
        failedChecks = meter.CreateCounter<long>("smtptransport.checks.failed", "{check}", "Checks by others that gave no answer, so that the mail passed.");
        meter.CreateObservableGauge("smtptransport.component.up", () => isComponentUp() ? 1 : 0, null, "1 while the component is bound to the XMPP server.");
        meter.CreateObservableGauge("smtptransport.queue.items", MeasureItems, "{item}", "Recipients waiting in the spool.");
        meter.CreateObservableGauge("smtptransport.queue.oldest", MeasureOldest, "s", "Age of the oldest waiting item; 0 when none waits.");
        meter.CreateObservableGauge("smtptransport.storage.free", () => freeOctets(), "By", "Room on the disk of Storage.");
        CountFromZero();
    }

    /// <summary>The end of one SMTP transaction that got as far as its data, or was refused before.</summary>
    public void MailReceived(ReceiptResult result) => mailsReceived.Add(1, Result(result));

    /// <summary>A message that a user sent to a contact.</summary>
    public void MessageReceived(ReceiptResult result) => messagesReceived.Add(1, Result(result));

    /// <summary>One recipient reached: the XMPP server took the message, or the next mail server said 250.</summary>
    public void MailDelivered(MailDirection direction) => mailsDelivered.Add(1, Direction(direction));

    public void MailDeferred(MailDirection direction) => mailsDeferred.Add(1, Direction(direction));

    public void MailFailed(MailDirection direction) => mailsFailed.Add(1, Direction(direction));

    /// <summary>The XMPP server refused a message after we had answered its sender with 250.</summary>
    public void LateRefusal() => lateRefusals.Add(1);

    /// <summary>A report (DSN) to the sender of a mail; for one that is withheld, one recipient.</summary>
    public void Report(ReportResult result) => reports.Add(1, Result(result));

    /// <summary>A bounce told of one recipient of a mail that we sent.</summary>
    public void Bounce(BounceResult result) => bounces.Add(1, Result(result));

    /// <param name="check"><c>spf</c>, <c>dkim</c>, <c>dmarc</c> or <c>arc</c>.</param>
    /// <param name="result">As in Authentication-Results (RFC 8601 §2.7).</param>
    public void AuthVerdict(string check, string result) => authVerdicts.Add(1, new("check", check), new("result", result));

    /// <summary>Something was refused, for now or for good, or slowed down.</summary>
    public void Refusal(RefusalReason reason) => refusals.Add(1, Reason(reason));

    /// <summary>A 4xx or 5xx was said to an SMTP client, whoever decided it.</summary>
    public void SmtpRefusal(int code) => smtpRefusals.Add(1, new KeyValuePair<string, object?>("code", code));

    /// <param name="check"><c>dnsbl</c> or <c>rspamd</c>.</param>
    public void CheckFailed(string check) => failedChecks.Add(1, new KeyValuePair<string, object?>("check", check));

    public void ObserveComponent(Func<bool> isUp) => isComponentUp = isUp;

    /// <param name="levels">Asked at every scrape: answers at once.</param>
    public void ObserveQueue(Func<QueueLevels> levels) => queueLevels = levels;

    public void ObserveStorage(Func<long> free) => freeOctets = free;

    private void CountFromZero()
    {
        foreach (var result in Enum.GetValues<ReceiptResult>())
        {
            mailsReceived.Add(0, Result(result));
            messagesReceived.Add(0, Result(result));
        }

        foreach (var counter in new[] { mailsDelivered, mailsDeferred, mailsFailed })
            foreach (var direction in Enum.GetValues<MailDirection>())
                counter.Add(0, Direction(direction));
        lateRefusals.Add(0);
        foreach (var result in Enum.GetValues<ReportResult>())
            reports.Add(0, Result(result));
        foreach (var result in Enum.GetValues<BounceResult>())
            bounces.Add(0, Result(result));
        foreach (var reason in Enum.GetValues<RefusalReason>())
            refusals.Add(0, Reason(reason));
        foreach (var code in new[] { 421, 450, 451, 452, 550, 554 })
            smtpRefusals.Add(0, new KeyValuePair<string, object?>("code", code));
        foreach (var check in new[] { "dnsbl", "rspamd" })
            failedChecks.Add(0, new KeyValuePair<string, object?>("check", check));
        foreach (var check in new[] { "spf", "dkim", "dmarc", "arc" })
            authVerdicts.Add(0, new("check", check), new("result", "none"));
    }

    private IEnumerable<Measurement<long>> MeasureItems()
    {
        var items = queueLevels().Items;
        foreach (var direction in Enum.GetValues<MailDirection>().Where(direction => items.All(level => level.Direction != direction)))
            yield return new(0, Direction(direction), new("state", "waiting"));
        foreach (var level in items)
            yield return new(level.Count, Direction(level.Direction), new("state", level.State));
    }

    private IEnumerable<Measurement<double>> MeasureOldest()
    {
        var oldest = queueLevels().Oldest;
        foreach (var direction in Enum.GetValues<MailDirection>())
            yield return new(oldest.GetValueOrDefault(direction).TotalSeconds, Direction(direction));
    }

    private static KeyValuePair<string, object?> Direction(MailDirection direction) =>
        new("direction", direction == MailDirection.MailToChat ? "mail-to-chat" : "chat-to-mail");

    // MailRate is mail-rate.
    private static KeyValuePair<string, object?> Reason(RefusalReason reason) =>
        new("reason", string.Concat(reason.ToString().Select(c => char.IsUpper(c) ? $"-{char.ToLowerInvariant(c)}" : $"{c}")).TrimStart('-'));

    private static KeyValuePair<string, object?> Result<T>(T result)
        where T : struct, Enum => new("result", result.ToString().ToLowerInvariant());
}

/// <summary>How we answered what was brought to us.</summary>
public enum ReceiptResult
{
    /// <summary>250, or silence towards a chat user.</summary>
    Accepted,

    /// <summary>4xx: the sender holds it and comes again.</summary>
    Deferred,

    /// <summary>5xx, or a stanza error.</summary>
    Refused,
}

/// <summary>How full the spool is.</summary>
/// <param name="Oldest">Age of the oldest waiting item; a direction in which nothing waits may be missing.</param>
public sealed record QueueLevels(IReadOnlyList<QueueLevel> Items, IReadOnlyDictionary<MailDirection, TimeSpan> Oldest)
{
    public static QueueLevels Empty { get; } = new([], new Dictionary<MailDirection, TimeSpan>());
}

public sealed record QueueLevel(MailDirection Direction, string State, long Count);
