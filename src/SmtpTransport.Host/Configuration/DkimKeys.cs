using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace SmtpTransport.Host.Configuration;

/// <summary><c>Delivery:Dkim</c>: a pair of selector and key file, a list of pairs, or a map of domain to either.</summary>
internal static class DkimKeys
{
    private const string Key = "Delivery:Dkim";

    private const string Cure = "Write { \"Selector\": \"...\", \"KeyFile\": \"...\" }, a list of such pairs, or a map of domain to pair or list";

    public static void Read(Settings settings)
    {
        var section = settings.Find(Key);
        if (!section.Exists())
            return;
        settings.WarnLater(Key);
        Check(settings, section, mayBeMap: true);
    }

    private static void Check(Settings settings, IConfigurationSection section, bool mayBeMap)
    {
        settings.Consume(section);
        var children = section.GetChildren().ToList();
        if (IsPair(children))
            CheckPair(settings, section);
        else if (children.Count > 0 && children.TrueForAll(child => int.TryParse(child.Key, out _)))
            children.ForEach(child => CheckEntry(settings, child));
        else if (mayBeMap && children.Count > 0)
            children.ForEach(child => CheckDomain(settings, child));
        else
            settings.Fault(section.Path, "is not understood", Cure);
    }

    private static void CheckDomain(Settings settings, IConfigurationSection section)
    {
        if (Forms.Domain.TryParse(section.Key, out _))
            Check(settings, section, mayBeMap: false);
        else
            settings.Fault(section.Path, "is no domain", Cure);
    }

    private static void CheckEntry(Settings settings, IConfigurationSection section)
    {
        settings.Consume(section);
        if (IsPair([.. section.GetChildren()]))
            CheckPair(settings, section);
        else
            settings.Fault(section.Path, "is no pair", Cure);
    }

    private static bool IsPair(List<IConfigurationSection> children) =>
        children.Count > 0 && children.TrueForAll(child => child.Key.ToLowerInvariant() is "selector" or "keyfile");

    private static void CheckPair(Settings settings, IConfigurationSection pair)
    {
        settings.Consume(pair);
        if (!Forms.Domain.TryParse(pair["Selector"] ?? "", out _))
            settings.Fault(pair.Path + ":Selector", "is missing or no DNS name", Cure);
        try
        {
            var pem = File.ReadAllText(pair["KeyFile"] ?? "");
            if (!PemEncoding.TryFind(pem, out var fields) || !pem[fields.Label].EndsWith("PRIVATE KEY", StringComparison.Ordinal))
                settings.Fault(pair.Path + ":KeyFile", "holds no private key", "Name a PEM file with a PRIVATE KEY block");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            settings.Fault(pair.Path + ":KeyFile", "cannot be read", fault.Message);
        }
    }
}
