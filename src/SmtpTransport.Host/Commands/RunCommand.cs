using SmtpTransport.Host.Configuration;

namespace SmtpTransport.Host.Commands;

/// <summary><c>run</c>: the gateway itself, until SIGTERM or Ctrl-C.</summary>
internal sealed class RunCommand(Func<GatewayConfiguration, WebApplication> build, TextWriter error)
{
    public async Task<int> RunAsync(GatewayConfiguration configuration, CancellationToken cancellation)
    {
        await using var app = build(configuration);
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (Exception fault)
        {
            await error.WriteLineAsync(StartFault.Explain(fault));
            return ExitCode.Wrong;
        }

        try
        {
            await app.WaitForShutdownAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            // Sessions that were still open when the time was up have been cut; their senders hold their mails.
        }

        return ExitCode.Ok;
    }
}
