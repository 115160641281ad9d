using System.Collections;
using SmtpTransport.Host.Configuration;

namespace SmtpTransport.Tests.Host.Configuration;

/// <summary>Configurations written as an operator would, read as the program does.</summary>
internal static class Fixture
{
    public const string Minimal = """
        "Xmpp": { "Domain": "smtp.example.org", "Secret": "s3cr3t" }
        """;

    /// <param name="sections">Added to the minimal configuration's sections.</param>
    public static ConfigurationResult Read(string sections = "", params (string Name, string Value)[] environment) =>
        ReadFile("{" + Minimal + ", " + sections + "}", environment);

    public static ConfigurationResult ReadFile(string json, params (string Name, string Value)[] environment)
    {
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, Path.GetRandomFileName());
        File.WriteAllText(file, json);
        try
        {
            return ConfigurationSource.Read(file, new Hashtable(environment.ToDictionary(variable => variable.Name, variable => variable.Value)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    public static GatewayConfiguration Valid(string sections = "", params (string Name, string Value)[] environment) =>
        Valid(Read(sections, environment));

    public static GatewayConfiguration Valid(ConfigurationResult result)
    {
        if (result is ConfigurationResult.Faulty(var faults))
            Assert.Fail(string.Join('\n', faults));
        return ((ConfigurationResult.Valid)result).Configuration;
    }

    /// <summary>The faults as the operator reads them.</summary>
    public static IReadOnlyList<string> Faults(ConfigurationResult result) =>
        result is ConfigurationResult.Faulty(var faults) ? [.. faults.Select(fault => fault.ToString())] : [];

    public static IReadOnlyList<string> Faults(string sections, params (string Name, string Value)[] environment) =>
        Faults(Read(sections, environment));
}
