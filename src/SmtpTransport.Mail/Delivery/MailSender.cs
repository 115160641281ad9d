using Microsoft.Extensions.Logging;
using SmtpTransport.Mail.Delivery.MtaSts;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Mail.Delivery;

/// <summary>Sends mail by SMTP, over connections that stay open for the next mail to the same destination.</summary>
public sealed partial class MailSender : IMailSender, IAsyncDisposable
{
    private readonly ConnectionPool pool;
    private readonly Destinations destinations;
    private readonly Dialer dialer;
    private readonly NextHops nextHops;
    private readonly TlsPolicies tls;
    private readonly IDeliveryObserver observer;
    private readonly SmtpTimeouts timeouts;
    private readonly DkimSigning signing;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly string? relay;

    public MailSender(
        DeliveryOptions options, IDnsResolver dns, IStsPolicyStore policies, IDeliveryObserver observer, TimeProvider time, ILogger<MailSender> logger)
        : this(options, dns, policies, observer, time, logger, new SmtpTimeouts(), DestinationLimits.Default)
    {
    }

    internal MailSender(
        DeliveryOptions options, IDnsResolver dns, IStsPolicyStore policies, IDeliveryObserver observer, TimeProvider time, ILogger<MailSender> logger,
        SmtpTimeouts timeouts, DestinationLimits limits)
    {
        this.time = time;
        this.logger = logger;
        this.timeouts = timeouts;
        signing = new DkimSigning(options.SigningKeys, time);
        this.observer = observer;
        relay = options.Relay is { } there ? $"{there.Host}:{there.Port}" : null;
        pool = new ConnectionPool(limits, time);
        destinations = new Destinations(limits, options.SuspendFor, time);
        dialer = new Dialer(options, timeouts, observer, time, logger);
        nextHops = new NextHops(options, dns);
        tls = new TlsPolicies(options, dns, new StsPolicies(dns, policies, new StsPolicyFetch(options, dns, time), observer, time, logger));
    }

    /// <summary>Connections that wait for the next mail.</summary>
    public int IdleConnections => pool.Idle;

    /// <summary>For the metrics.</summary>
    public IReadOnlyList<DestinationState> Destinations => destinations.States;

    public int Room(string domain) => destinations.Room(relay ?? domain);

    public async Task<IReadOnlyList<DeliveryOutcome>> SendAsync(OutgoingMail mail, CancellationToken cancellation)
    {
        IReadOnlyList<DeliveryOutcome> outcomes;
        try
        {
            using var content = await OutgoingContent.OpenAsync(mail.Content, signing, cancellation);
            var attempt = new DeliveryAttempt(mail, content);
            await SendAsync(attempt, cancellation);
            outcomes = attempt.Outcomes;
        }
        catch (FormatException)
        {
            var failed = new DeliveryOutcome.Failed(new DeliveryFailure(new SmtpReply(554, "5.6.0", "The content is not a mail")));
            outcomes = mail.Recipients.Select(_ => failed).ToList();
        }

        Log(mail, outcomes);
        return outcomes;
    }

    public ValueTask DisposeAsync() => pool.DisposeAsync();

    /// <summary>An attempt without an end would be none, and its mail never given up.</summary>
    private async Task SendAsync(DeliveryAttempt attempt, CancellationToken cancellation)
    {
        using var atMost = new CancellationTokenSource(timeouts.Attempt, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(atMost.Token, cancellation);
        try
        {
            await InTurnAsync(attempt, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            attempt.End(new DeliveryOutcome.Deferred(TooSlow(attempt.Domain)));
        }
    }

    private async Task InTurnAsync(DeliveryAttempt attempt, CancellationToken cancellation)
    {
        var (destination, place) = destinations.Enter(relay ?? attempt.Domain, cancellation);
        if (await place is { } notNow)
        {
            attempt.End(new DeliveryOutcome.Deferred(notNow));
            return;
        }

        var since = time.GetTimestamp();
        var signal = DestinationSignal.None;
        try
        {
            // Connections differ in whether SMTPUTF8 is in use, see Dialer, and in what was asked of their TLS.
            var lane = $"{relay ?? attempt.Domain} {(attempt.NeedsSmtpUtf8 ? "SMTPUTF8" : "")} {attempt.Tls}";
            if (pool.Take(lane) is { } open)
                await UseAsync(open, lane, attempt, cancellation);
            // A kept connection may have died just now: begin anew.
            if (!attempt.IsOver)
                await DialAsync(lane, attempt, cancellation);
            signal = attempt.Signal();
        }
        finally
        {
            destination.Leave(signal, since);
        }
    }

    private async Task DialAsync(string lane, DeliveryAttempt attempt, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var route = await nextHops.FindAsync(attempt.Domain, cancellation);
        if (route is Route.Nowhere { Outcome: var outcome })
            attempt.End(outcome);
        foreach (var hop in route is Route.Via { Hops: var hops } ? hops : [])
        {
            if (attempt.IsOver || time.GetElapsedTime(started) > timeouts.Dialling)
                break;
            var choice = await tls.ChooseAsync(attempt.Domain, hop, attempt.Tls, cancellation);
            if (choice.Policy is not { } policy)
            {
                if (choice.Seen is var (kind, result))
                    observer.TlsSeen(attempt.Domain, hop.Host, kind, result);
                attempt.Note(choice.Objection!);
                continue;
            }

            var needs = new ConnectionNeeds(attempt.Mail.Id, attempt.Domain, attempt.NeedsSmtpUtf8, attempt.Tls == TlsWish.Required);
            var asked = hop with { Tls = policy };
            var dialled = await dialer.DialAsync(asked, needs, cancellation);
            if (dialled.Connection is { } connection)
                await UseAsync(connection, lane, attempt, cancellation);
            else
                attempt.Note(dialled.Failure!);
            if (dialled.Connection is not { RefusedBdat: true })
                continue;
            dialer.AvoidChunking(hop);
            if ((await dialer.DialAsync(asked, needs, cancellation)).Connection is { } again)
                await UseAsync(again, lane, attempt, cancellation);
        }

        attempt.GiveUp();
    }

    private async Task UseAsync(SmtpConnection connection, string lane, DeliveryAttempt attempt, CancellationToken cancellation)
    {
        try
        {
            attempt.Take(await connection.SendAsync(attempt.Content, attempt.Mail.ReversePath, attempt.Pending, cancellation));
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        pool.Return(lane, connection);
    }

    private DeliveryFailure TooSlow(string domain) =>
        new(new SmtpReply(451, "4.4.2", $"The mail servers of {domain} took more than {timeouts.Attempt.TotalMinutes:0} minutes"));

    private void Log(OutgoingMail mail, IReadOnlyList<DeliveryOutcome> outcomes)
    {
        foreach (var (recipient, outcome) in mail.Recipients.Zip(outcomes))
        {
            switch (outcome)
            {
                case DeliveryOutcome.Delivered delivered:
                    LogDelivered(mail.Id, recipient, delivered.Host, delivered.Reply);
                    break;
                case DeliveryOutcome.Deferred deferred:
                    LogDeferred(mail.Id, recipient, deferred.Why);
                    Count(deferred.Why);
                    break;
                case DeliveryOutcome.Failed failed:
                    LogFailed(mail.Id, recipient, failed.Why);
                    Count(failed.Why);
                    break;
            }
        }
    }

    /// <summary>What a server said, not what we found ourselves.</summary>
    private void Count(DeliveryFailure failure)
    {
        if (failure.Host is not null)
            observer.Refused(ProviderTexts.Classify(failure.Reply));
    }

    [LoggerMessage(LogLevel.Debug, "Mail {MailId} for {Recipient} delivered to {Host}: {Reply}")]
    private partial void LogDelivered(string mailId, EmailAddress recipient, string host, SmtpReply reply);

    [LoggerMessage(LogLevel.Debug, "Mail {MailId} for {Recipient} deferred: {Why}")]
    private partial void LogDeferred(string mailId, EmailAddress recipient, DeliveryFailure why);

    [LoggerMessage(LogLevel.Debug, "Mail {MailId} for {Recipient} failed: {Why}")]
    private partial void LogFailed(string mailId, EmailAddress recipient, DeliveryFailure why);
}
