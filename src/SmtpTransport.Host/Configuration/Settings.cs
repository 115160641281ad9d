using Microsoft.Extensions.Configuration;

namespace SmtpTransport.Host.Configuration;

/// <summary>
/// Reads keys from the file and the environment, and collects what is wrong instead of stopping at the first fault. Every
/// key that is asked for becomes a known one; what is left over at the end is a fault too.
/// </summary>
internal sealed class Settings(IConfiguration file, IConfiguration environment)
{
    private readonly List<string> known = [];
    private readonly HashSet<string> consumed = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<ConfigurationFault> faults = [];
    private readonly List<string> warnings = [];

    /// <summary>Every key that was asked for.</summary>
    public IReadOnlyList<string> Known => known;

    public IReadOnlyList<ConfigurationFault> Faults => faults;

    public IReadOnlyList<string> Warnings => warnings;

    public void Fault(string key, string problem, string cure) => faults.Add(new ConfigurationFault(key, problem, cure));

    public void Warn(string warning) => warnings.Add(warning);

    public bool Has(string key) => Find(key).Exists();

    /// <summary>The section that holds a key's value: the environment's if it has one, else the file's. A list or map is taken whole.</summary>
    public IConfigurationSection Find(string key)
    {
        if (!known.Contains(key))
            known.Add(key);
        var section = environment.GetSection(key);
        return section.Exists() ? section : file.GetSection(key);
    }

    public T Value<T>(string key, ValueForm<T> form, T fallback) => TryValue(key, form, out var value) ? value : fallback;

    public T? Optional<T>(string key, ValueForm<T> form) where T : class => TryValue(key, form, out var value) ? value : null;

    public T? Required<T>(string key, ValueForm<T> form, string cure) where T : class
    {
        if (!Has(key))
            Fault(key, "is missing", cure);
        return Optional(key, form);
    }

    public IReadOnlyList<T> List<T>(string key, ValueForm<T> form, IReadOnlyList<T> fallback)
    {
        var section = Find(key);
        if (!section.Exists())
            return fallback;
        ConsumeBoth(key);
        var entries = section.GetChildren().ToList();
        if (section.Value is { Length: > 0 } || entries.Exists(entry => !int.TryParse(entry.Key, out _)))
        {
            Fault(key, "is not a list", $"Write a list in brackets, in the environment {Variable(key)}__0, ...; each entry: {form.Expected}");
            return fallback;
        }

        var values = new List<T>();
        foreach (var entry in entries)
            if (TryParse(entry, form, out var value))
                values.Add(value);
        return values;
    }

    public IReadOnlyList<KeyValuePair<TKey, TValue>> Map<TKey, TValue>(string key, ValueForm<TKey> keys, ValueForm<TValue> values)
    {
        var section = Find(key);
        ConsumeBoth(key);
        if (section.Value is { Length: > 0 })
            Fault(key, "is not a map", $"Write a map in braces; each key: {keys.Expected}");
        var pairs = new List<KeyValuePair<TKey, TValue>>();
        foreach (var entry in section.GetChildren())
            if (!keys.TryParse(entry.Key, out var name))
                Fault(entry.Path, "is no key for this map", keys.Expected);
            else if (TryParse(entry, values, out var value))
                pairs.Add(new(name, value));
        return pairs;
    }

    /// <summary>Marks everything at and under a section as a known key's.</summary>
    public void Consume(IConfigurationSection section)
    {
        consumed.Add(section.Path);
        foreach (var child in section.GetChildren())
            if (!child.GetChildren().Any())
                consumed.Add(child.Path);
    }

    /// <summary>Marks everything below a key, whose shape somebody else judges, as known.</summary>
    public void ConsumeAll(string key)
    {
        consumed.Add(key);
        foreach (var leaf in new[] { file, environment }.SelectMany(source => Leaves(source.GetSection(key))))
            consumed.Add(leaf.Path);
    }

    /// <summary>What nobody asked for.</summary>
    public void RefuseUnknown()
    {
        RefuseUnknown(file, path => path);
        RefuseUnknown(environment, path => Variable(path) + " in the environment");
    }

    private void ConsumeBoth(string key)
    {
        Consume(file.GetSection(key));
        Consume(environment.GetSection(key));
    }

    private void RefuseUnknown(IConfiguration source, Func<string, string> name)
    {
        // A known key with null, or an empty section, is one that is not given.
        foreach (var leaf in Leaves(source).Where(leaf => !consumed.Contains(leaf.Path) && !(leaf.Value is null && IsKnown(leaf.Path))))
            if (!known.Exists(key => key.StartsWith(leaf.Path + ":", StringComparison.OrdinalIgnoreCase)))
                Fault(name(leaf.Path), "is no key of this program", Suggestion(leaf.Path));
            else if (leaf.Value is { Length: > 0 })
                Fault(name(leaf.Path), "is a section, not a value", "Write its keys in braces");
    }

    private bool IsKnown(string path) => known.Contains(path, StringComparer.OrdinalIgnoreCase);

    private bool TryValue<T>(string key, ValueForm<T> form, out T value)
    {
        var section = Find(key);
        value = default!;
        return section.Exists() && TryParse(section, form, out value);
    }

    private bool TryParse<T>(IConfigurationSection section, ValueForm<T> form, out T value)
    {
        consumed.Add(section.Path);
        value = default!;
        if (section.Value is null)
            return false;
        if (form.TryParse(section.Value, out value))
            return true;
        Fault(section.Path, form.IsSecret ? "cannot be used" : $"is \"{Shorten(section.Value)}\"", form.Expected);
        return false;
    }

    private string Suggestion(string path)
    {
        var nearest = known.MinBy(key => Spelling.Distance(key, path))!;
        return Spelling.Distance(nearest, path) <= 4 ? $"Did you mean {nearest}?" : "Remove it; docs/configuration.md lists the keys";
    }

    private static string Variable(string path) => ConfigurationSource.Prefix + path.Replace(":", "__", StringComparison.Ordinal);

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "...";

    private static IEnumerable<IConfigurationSection> Leaves(IConfiguration source) =>
        source.GetChildren().SelectMany(child => child.GetChildren().Any() ? Leaves(child) : [child]);
}
