using Microsoft.Extensions.Configuration;

namespace SmtpTransport.Host.Configuration;

/// <summary><c>Logging</c>: the standard .NET section, whose keys are not ours to know; only its levels are checked.</summary>
internal static class LoggingSection
{
    private static readonly ValueForm<string> Level = Forms.Choice([.. Enum.GetNames<LogLevel>().Select(name => name.ToLowerInvariant())]);

    public const string Name = "Logging";

    public static IConfiguration Read(Settings settings, IConfiguration file, IConfiguration environment)
    {
        foreach (var source in new[] { file, environment })
            Check(settings, source.GetSection(Name));
        settings.Find(Name);
        return new ConfigurationBuilder()
            .AddInMemoryCollection(file.GetSection(Name).AsEnumerable())
            .AddInMemoryCollection(environment.GetSection(Name).AsEnumerable())
            .Build();
    }

    private static void Check(Settings settings, IConfigurationSection section)
    {
        settings.Consume(section);
        if (section.Value is { Length: > 0 } && (section.Path == Name || section.Key.Equals("LogLevel", StringComparison.OrdinalIgnoreCase)))
            settings.Fault(section.Path, "is a section, not a value", "Write \"Logging\": { \"LogLevel\": { \"Default\": \"Debug\" } }");
        foreach (var child in section.GetChildren())
        {
            if (section.Key.Equals("LogLevel", StringComparison.OrdinalIgnoreCase) && !Level.TryParse(child.Value ?? "", out _))
                settings.Fault(child.Path, $"is \"{child.Value}\"", Level.Expected);
            Check(settings, child);
        }
    }
}
