using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using SmtpTransport.Mail.Delivery;

namespace SmtpTransport.Host.Configuration;

/// <summary><c>Delivery:Dkim</c>: a pair of selector and key file, a list of pairs, or a map of domain to either.</summary>
internal static class DkimKeys
{
    private const string Key = "Delivery:Dkim";

    private const string Cure = "Write { \"Selector\": \"...\", \"KeyFile\": \"...\" }, a list of such pairs, or a map of domain to pair or list";

    public static IReadOnlyList<DkimKey> Read(Settings settings)
    {
        var section = settings.Find(Key);
        settings.ConsumeAll(Key);
        // Written out as [], as none.
        if (string.IsNullOrEmpty(section.Value) && !section.GetChildren().Any())
            return [];
        return IsMap(section) ? [.. section.GetChildren().SelectMany(child => ReadDomain(settings, child))] : ReadKeys(settings, section, null);
    }

    private static bool IsMap(IConfigurationSection section) =>
        !IsPair(section) && section.GetChildren().Any() && !section.GetChildren().All(child => int.TryParse(child.Key, out _));

    private static bool IsPair(IConfigurationSection section) =>
        section.GetChildren().Any() && section.GetChildren().All(child => child.Key.ToLowerInvariant() is "selector" or "keyfile");

    private static IReadOnlyList<DkimKey> ReadDomain(Settings settings, IConfigurationSection section)
    {
        if (Forms.Domain.TryParse(section.Key, out var domain))
            return ReadKeys(settings, section, domain);
        settings.Fault(section.Path, "is no domain", Cure);
        return [];
    }

    /// <summary>A pair, or a list of pairs.</summary>
    private static IReadOnlyList<DkimKey> ReadKeys(Settings settings, IConfigurationSection section, string? domain)
    {
        var pairs = IsPair(section) ? [section] : section.GetChildren().ToList();
        if (pairs.Count > 0 && pairs.TrueForAll(IsPair))
            return [.. pairs.Select(pair => ReadPair(settings, pair, domain))];
        settings.Fault(section.Path, "is not understood", Cure);
        return [];
    }

    private static DkimKey ReadPair(Settings settings, IConfigurationSection pair, string? domain)
    {
        var key = new DkimKey(domain, pair["Selector"] ?? "", pair["KeyFile"] ?? "");
        if (!Forms.Domain.TryParse(key.Selector, out _))
            settings.Fault(pair.Path + ":Selector", "is missing or no DNS name", Cure);
        try
        {
            return key with { Signing = SigningKey.Parse(domain, key.Selector, File.ReadAllText(key.KeyFile)) };
        }
        catch (CryptographicException fault)
        {
            settings.Fault(pair.Path + ":KeyFile", "holds no key to sign with", $"Name a PEM file with an RSA or Ed25519 private key: {fault.Message}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            settings.Fault(pair.Path + ":KeyFile", "cannot be read", fault.Message);
        }

        return key;
    }
}
