using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace SmtpTransport.Mail.Dns;

/// <summary>Names as they go into a question.</summary>
internal static class DnsName
{
    private static readonly IdnMapping Idn = new() { AllowUnassigned = true, UseStd3AsciiRules = false };

    /// <summary>A-labels for U-labels (RFC 5890 §2.3.2.1); false for what is too long or no name (RFC 1035 §2.3.4).</summary>
    public static bool TryToAscii(string name, [NotNullWhen(true)] out string? ascii)
    {
        ascii = null;
        var plain = name.EndsWith('.') ? name[..^1] : name;
        try
        {
            if (!Ascii.IsValid(plain))
                plain = Idn.GetAscii(plain);
        }
        catch (ArgumentException)
        {
            return false;
        }

        if (plain.Length is 0 or > 253 || !plain.Split('.').All(IsLabel))
            return false;
        ascii = plain;
        return true;
    }

    private static bool IsLabel(string label) => label.Length is >= 1 and <= 63 && label.All(c => c is > ' ' and < '\x7f' and not '\\');
}
