using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace SmtpTransport.Gateway.Addresses;

/// <summary>
/// The short name of something that the other network cannot spell: <c>~</c> and 80 bits of its SHA-256. The same text has
/// the same alias for ever, on every gateway, and nobody can find a second text for one.
/// </summary>
internal static class Alias
{
    private const int Length = 16;
    private const string Base32 = "abcdefghijklmnopqrstuvwxyz234567";
    private static readonly SearchValues<char> Alphabet = SearchValues.Create(Base32);

    public static string Of(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        Span<char> alias = stackalloc char[1 + Length];
        alias[0] = '~';
        // RFC 4648 §6, lower case: eight characters for each five octets.
        for (var i = 0; i < Length; i++)
        {
            var (octet, bit) = Math.DivRem(i * 5, 8);
            var pair = (hash[octet] << 8) | hash[octet + 1];
            alias[1 + i] = Base32[(pair >> (11 - bit)) & 31];
        }
        return alias.ToString();
    }

    /// <summary>Nothing else may look like this: what does, gets an alias of its own.</summary>
    public static bool IsAlias(string text) =>
        text.Length == 1 + Length && text[0] == '~' && text.AsSpan(1).IndexOfAnyExcept(Alphabet) < 0;
}
