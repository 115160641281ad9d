namespace SmtpTransport.Host.Configuration;

internal static class ConfigurationServices
{
    /// <summary>Each feature finds its own options; nobody below this project sees a configuration.</summary>
    public static WebApplicationBuilder AddConfiguration(this WebApplicationBuilder builder, GatewayConfiguration configuration)
    {
        builder.Services
            .AddSingleton(configuration)
            .AddSingleton(configuration.Component)
            .AddSingleton(configuration.Addresses)
            .AddSingleton(configuration.Verdict)
            .AddSingleton(configuration.Smtp)
            .AddSingleton(configuration.Listen)
            .AddSingleton(configuration.Inbound)
            .AddSingleton(configuration.Delivery)
            .AddSingleton(configuration.Retry)
            .AddSingleton(configuration.Limits)
            .AddSingleton(configuration.Dns)
            .AddSingleton(configuration.Storage)
            .AddSingleton(configuration.Links)
            .AddSingleton(configuration.Fetch)
            .AddSingleton(configuration.Files)
            .AddSingleton(TimeProvider.System);
        builder.Configuration.AddConfiguration(configuration.Logging);
        return builder;
    }
}
