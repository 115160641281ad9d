using System.Buffers;
using System.Text;
using MimeKit;
using SmtpTransport.Gateway.Text;

namespace SmtpTransport.Gateway.Reading;

/// <summary>A name for a file from a stranger that harms nobody on whatever disk it lands.</summary>
internal static class FileName
{
    // 255 is what file systems take; some put something before or behind.
    private const int MaxOctets = 200;

    private const int MaxExtension = 20;

    private static readonly SearchValues<char> Unsafe = SearchValues.Create("/\\:*?\"<>|");

    // Devices, whatever comes behind the first dot.
    private static readonly HashSet<string> Reserved = new(
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(0, 10).SelectMany(n => (string[])[$"COM{n}", $"LPT{n}"])], StringComparer.OrdinalIgnoreCase);

    /// <param name="otherwise">For a part without a name.</param>
    public static string Of(MimeEntity entity, string otherwise)
    {
        var given = Safe(entity.ContentDisposition?.FileName ?? entity.ContentType.Name ?? "");
        if (given.Length > 0)
            return given;
        var name = Safe(otherwise);
        return Path.GetExtension(name).Length == 0 && MimeTypes.TryGetExtension(entity.ContentType.MimeType, out var extension) ? name + extension : name;
    }

    /// <summary>Empty when nothing is left of it.</summary>
    public static string Safe(string name)
    {
        var line = PlainText.OneLine(name, 4 * MaxOctets);
        var safe = string.Create(line.Length, line, static (span, line) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = Unsafe.Contains(line[i]) ? '_' : line[i];
        }).Trim(' ', '.');
        if (safe.Length == 0)
            return "";
        return Reserved.Contains(safe.Split('.', 2)[0].TrimEnd()) ? "_" + safe : Shorten(safe);
    }

    /// <summary>The end says what it is, so the middle goes.</summary>
    private static string Shorten(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= MaxOctets)
            return name;
        var extension = Path.GetExtension(name) is { Length: > 0 and <= MaxExtension } kept ? kept : "";
        var room = MaxOctets - Encoding.UTF8.GetByteCount(extension);
        var end = name.Length - extension.Length;
        while (Encoding.UTF8.GetByteCount(name.AsSpan(0, end)) > room)
            end = PlainText.CutBefore(name, 0, end - 1);
        return name[..end].TrimEnd(' ', '.') + extension;
    }
}
