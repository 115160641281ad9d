using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace SmtpTransport.Gateway.Reading;

/// <summary>Octets to text when the declared charset may be missing, unknown or a lie.</summary>
internal static class Charset
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // What an unlabelled octet most likely is; also what "iso-8859-1" means on the web and in mail.
    private static readonly Encoding Windows1252 = Encoding.GetEncoding(1252);

    /// <summary>
    /// .NET alone knows a handful of charsets; mail, its headers included, comes in all of them. At the start of the
    /// program, because MimeKit asks once and remembers which ones there are.
    /// </summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Must come before anybody's first use of MimeKit.")]
    internal static void KnowAll() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static string Decode(byte[] octets, string? declared)
    {
        var declaredEncoding = Find(declared);

        // Text that is Latin by its label and flawless UTF-8 by its octets is UTF-8: hardly any other text is by accident.
        Encoding[] candidates = declaredEncoding is null || IsLatin(declaredEncoding)
            ? [Utf8, declaredEncoding ?? Windows1252]
            : [declaredEncoding, Utf8];
        foreach (var encoding in candidates)
        {
            if (Strictly(octets, encoding) is { } text)
            {
                return text.TrimStart('\uFEFF');
            }
        }

        return (candidates.Select(encoding => Mostly(octets, encoding)).FirstOrDefault(text => text is not null)
            ?? Windows1252.GetString(octets)).TrimStart('\uFEFF');
    }

    private static bool IsLatin(Encoding encoding) => encoding.CodePage is 1252 or 20127;

    private static Encoding? Find(string? name)
    {
        name = name?.Trim().Trim('"', '\'').ToLowerInvariant();
        switch (name)
        {
            case null or "" or "us-ascii" or "ascii" or "iso-8859-1" or "latin1" or "8bit" or "unknown-8bit" or "default":
                return Windows1252;
            case "gb2312" or "gbk" or "x-gbk" or "hz-gb-2312":
                name = name == "hz-gb-2312" ? name : "gb18030"; // a superset, and what senders mean
                break;
            case "ks_c_5601-1987" or "ks_c_5601" or "euc-kr":
                return Encoding.GetEncoding(949);
        }

        try
        {
            return name.StartsWith("cp", StringComparison.Ordinal) && int.TryParse(name.AsSpan(2).Trim('-'), out var page)
                ? Encoding.GetEncoding(page)
                : Encoding.GetEncoding(name);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static string? Strictly(byte[] octets, Encoding encoding)
    {
        try
        {
            var strict = Encoding.GetEncoding(encoding.CodePage, EncoderFallback.ReplacementFallback, DecoderFallback.ExceptionFallback);
            return strict.GetString(octets);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>A long text with a few broken octets is still text in that charset.</summary>
    private static string? Mostly(byte[] octets, Encoding encoding)
    {
        var text = Encoding.GetEncoding(encoding.CodePage).GetString(octets);
        var broken = text.Count(c => c == '\uFFFD');
        var foreign = text.Count(c => c > '\u007F') - broken;
        return broken * 4 <= foreign ? text : null;
    }
}
