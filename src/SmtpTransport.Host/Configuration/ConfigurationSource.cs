using System.Collections;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace SmtpTransport.Host.Configuration;

/// <summary>Finds the file and the environment's keys, and reads both.</summary>
internal static class ConfigurationSource
{
    public const string DefaultFile = "/etc/smtp-transport/smtp-transport.json";

    public const string Prefix = "SMTPTRANSPORT_";

    /// <summary>The test suite's own variables, which may well stand in the shell that a developer starts the gateway from.</summary>
    private static readonly string[] TestSuiteVariables = [.. new[] { "CORPORA", "EXECUTABLE", "FAULTS", "FUZZ_SECONDS", "KILLS", "PEERS" }.Select(name => Prefix + name)];

    /// <param name="file">Null: the default path, which may be absent when the environment says everything.</param>
    public static ConfigurationResult Read(string? file, IDictionary environment)
    {
        IConfiguration fileSettings;
        try
        {
            fileSettings = ReadFile(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new ConfigurationResult.Faulty([new(file ?? DefaultFile, "cannot be read", fault.Message)]);
        }
        catch (Exception fault) when (fault is FormatException or InvalidDataException or JsonException)
        {
            return new ConfigurationResult.Faulty([JsonFault(file ?? DefaultFile, fault)]);
        }

        var variables = Ours(environment).GroupBy(variable => variable.Key, StringComparer.OrdinalIgnoreCase).ToList();
        var result = ConfigurationReader.Read(fileSettings, new ConfigurationBuilder().AddInMemoryCollection(variables.Select(spellings => spellings.First())).Build());
        var twice = variables.Where(spellings => spellings.Count() > 1)
            .Select(spellings => new ConfigurationFault(spellings.Key, "is in the environment in several spellings", "Upper and lower case are the same: keep one of them"))
            .ToList();
        return twice.Count == 0 ? result : new ConfigurationResult.Faulty([.. twice, .. result is ConfigurationResult.Faulty(var others) ? others : []]);
    }

    public static string Describe(string? file) => file ?? (File.Exists(DefaultFile) ? DefaultFile : $"no file at {DefaultFile}, environment only");

    private static IConfiguration ReadFile(string? file)
    {
        if (file is null && !File.Exists(DefaultFile))
            return new ConfigurationBuilder().Build();
        using var stream = File.OpenRead(file ?? DefaultFile);
        return new ConfigurationBuilder().AddJsonStream(stream).Build();
    }

    private static IEnumerable<KeyValuePair<string, string?>> Ours(IDictionary environment) =>
        from DictionaryEntry variable in environment
        let name = (string)variable.Key
        where name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && !TestSuiteVariables.Contains(name)
        orderby name
        select KeyValuePair.Create(name[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal), (string?)variable.Value);

    private static ConfigurationFault JsonFault(string file, Exception fault)
    {
        var cause = fault.GetBaseException();
        var where = cause is JsonException { LineNumber: { } line, BytePositionInLine: { } column } ? $" at line {line + 1}, column {column + 1}" : "";
        var what = cause.Message.Split(" LineNumber:", 2)[0].Split(" Path:", 2)[0];
        return new(file, $"is not valid JSON{where}", $"{what} Comments and trailing commas are fine.");
    }
}
