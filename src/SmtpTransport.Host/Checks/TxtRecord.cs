namespace SmtpTransport.Host.Checks;

/// <summary>A TXT record as a zone file has it.</summary>
internal static class TxtRecord
{
    // RFC 1035 §3.3: one string holds so many octets; readers join the strings of a record (RFC 6376 §3.6.2.2).
    private const int MaxString = 255;

    public static string Of(string name, string value) => $"{name}. IN TXT {string.Join(' ', value.Chunk(MaxString).Select(part => $"\"{new string(part)}\""))}";
}
