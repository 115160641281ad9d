namespace SmtpTransport.Host.Configuration;

/// <summary>A key that may hold a secret, and its twin that names a file with the value.</summary>
internal static class SecretFiles
{
    /// <summary>Null when neither is given, or when there is a fault.</summary>
    public static T? Read<T>(Settings settings, string key, string twin, ValueForm<T> form) where T : class
    {
        var value = settings.Optional(key, form);
        var file = settings.Optional(twin, Forms.Text);
        if (file is null)
            return value;
        if (settings.Has(key))
        {
            settings.Fault(key, $"and {twin} are both given", "Keep one of the two");
            return null;
        }

        return TryReadFile(settings, twin, file, out var text) ? Parse(settings, twin, text, form) : null;
    }

    private static T? Parse<T>(Settings settings, string twin, string text, ValueForm<T> form) where T : class
    {
        if (form.TryParse(text, out var value))
            return value;
        settings.Fault(twin, "names a file whose content cannot be used", form.Expected);
        return null;
    }

    private static bool TryReadFile(Settings settings, string key, string file, out string text)
    {
        try
        {
            text = File.ReadAllText(file);
            // Editors end a file with a newline, which is not part of the secret.
            text = text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            settings.Fault(key, "names a file that cannot be read", fault.Message);
            text = "";
            return false;
        }
    }
}
