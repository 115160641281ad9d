using Polly;
using Polly.Retry;

namespace SmtpTransport.Xmpp.Component;

/// <summary>When to try again: soon and then ever slower, or slowly from the start when only the admin can help.</summary>
internal static class Reconnection
{
    // Every mail waits for this server, and asking it costs nothing: within the default grace it is asked more than once.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    public static ResiliencePipeline Pipeline(TimeProvider time, Action<Exception, TimeSpan> onRetry) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<Exception>(fault => fault is not OperationCanceledException),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromSeconds(1),
                MaxDelay = Longest,
                DelayGenerator = retry => ValueTask.FromResult(DelayFor(retry.Outcome.Exception)),
                OnRetry = retry =>
                {
                    onRetry(retry.Outcome.Exception!, retry.RetryDelay);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();

    /// <summary>What is wrong, and the cure where there is one.</summary>
    public static string Describe(Exception fault, ComponentOptions options) =>
        (fault as XmppStreamException)?.Condition switch
        {
            "not-authorized" =>
                $"The XMPP server at {Address(options)} refuses the secret for {options.Domain} (not-authorized): set Xmpp:Secret to the "
                + "component's secret in its configuration; ejabberd says the same when it does not know the component.",
            "host-unknown" =>
                $"The XMPP server at {Address(options)} knows no component {options.Domain} (host-unknown): add it to the server's "
                + "configuration, or correct Xmpp:Domain.",
            "conflict" =>
                $"Another connection serves {options.Domain} (conflict): stop the other gateway of that name, or wait until the "
                + "server has noticed that it is gone.",
            _ => $"The link to the XMPP server at {Address(options)} is down: {fault.Message}",
        };

    // Two gateways that throw each other out would else do so for ever, several times a second.
    private static TimeSpan? DelayFor(Exception? fault) =>
        fault is XmppStreamException { Condition: "conflict" or "not-authorized" or "host-unknown" }
            ? TimeSpan.FromSeconds(30 + (30 * Random.Shared.NextDouble()))
            : null;

    private static string Address(ComponentOptions options) => $"{options.Server.Host}:{options.Server.Port}";
}
