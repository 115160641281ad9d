namespace SmtpTransport.Host.Commands;

/// <summary>Text from elsewhere, made safe for a terminal.</summary>
internal static class Printable
{
    public static string Of(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? '?' : letter));
}
