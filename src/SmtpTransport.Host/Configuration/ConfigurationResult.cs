namespace SmtpTransport.Host.Configuration;

internal abstract record ConfigurationResult
{
    private ConfigurationResult()
    {
    }

    public sealed record Valid(GatewayConfiguration Configuration) : ConfigurationResult;

    public sealed record Faulty(IReadOnlyList<ConfigurationFault> Faults) : ConfigurationResult;
}
