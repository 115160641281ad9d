using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmtpTransport.Mail.Smtp;

/// <summary>The PROXY protocol, versions 1 and 2: who is really calling, in front of everything else.</summary>
/// <param name="Source">Null when the proxy speaks for itself (LOCAL) or does not know (UNKNOWN, UNSPEC, a Unix socket).</param>
internal sealed record ProxyHeader(IPAddress? Source)
{
    private const int MaxVersion1 = 107;
    private const int Version2Start = 16;

    // Addresses and TLVs; far more than any proxy sends.
    private const int MaxVersion2 = 4096;

    private static ReadOnlySpan<byte> Signature2 => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Moves <paramref name="buffer"/> behind the header when it is complete and sound.</summary>
    public static ProxyParse TryRead(ref ReadOnlySequence<byte> buffer, out ProxyHeader? header)
    {
        header = null;
        Span<byte> copy = stackalloc byte[(int)Math.Min(buffer.Length, Version2Start + MaxVersion2)];
        buffer.Slice(0, copy.Length).CopyTo(copy);
        var common = Math.Min(copy.Length, Signature2.Length);
        var (parse, length) = copy[..common].SequenceEqual(Signature2[..common])
            ? ReadVersion2(copy, out header)
            : ReadVersion1(copy, out header);
        if (parse == ProxyParse.Complete)
            buffer = buffer.Slice(length);
        return parse;
    }

    private static (ProxyParse Parse, int Length) ReadVersion1(ReadOnlySpan<byte> octets, out ProxyHeader? header)
    {
        header = null;
        var start = "PROXY "u8;
        var common = Math.Min(octets.Length, start.Length);
        if (!octets[..common].SequenceEqual(start[..common]))
            return (ProxyParse.Malformed, 0);
        var end = octets.IndexOf("\r\n"u8);
        if (end < 0)
            return (octets.Length < MaxVersion1 ? ProxyParse.Incomplete : ProxyParse.Malformed, 0);
        var words = Encoding.ASCII.GetString(octets[..end]).Split(' ');
        header = words switch
        {
            [_, "UNKNOWN", ..] => new ProxyHeader((IPAddress?)null),
            [_, "TCP4" or "TCP6", var source, var destination, var from, var to]
                when TryAddress(words[1], source, out var address) && TryAddress(words[1], destination, out _) && IsPort(from) && IsPort(to) =>
                new ProxyHeader(address),
            _ => null,
        };
        return end + 2 > MaxVersion1 || header is null ? (ProxyParse.Malformed, 0) : (ProxyParse.Complete, end + 2);
    }

    private static (ProxyParse Parse, int Length) ReadVersion2(ReadOnlySpan<byte> octets, out ProxyHeader? header)
    {
        header = null;
        if (octets.Length < Version2Start)
            return (ProxyParse.Incomplete, 0);
        var command = octets[12];
        var family = octets[13] >> 4;
        int length = BinaryPrimitives.ReadUInt16BigEndian(octets[14..]);
        if (command is not (0x20 or 0x21) || length > MaxVersion2)
            return (ProxyParse.Malformed, 0);
        if (octets.Length < Version2Start + length)
            return (ProxyParse.Incomplete, 0);
        var addresses = octets.Slice(Version2Start, length);
        var (size, both) = family switch { 1 => (4, 12), 2 => (16, 36), 3 => (0, 216), _ => (0, 0) };
        if (command == 0x21 && (addresses.Length < both || family > 3 || (octets[13] & 0x0F) > 2))
            return (ProxyParse.Malformed, 0);
        header = new ProxyHeader(command == 0x21 && size > 0 ? new IPAddress(addresses[..size]) : null);
        return (ProxyParse.Complete, Version2Start + length);
    }

    // IPAddress also reads "1" and "fe80::1%eth0", which no proxy writes.
    private static bool TryAddress(string protocol, string text, [NotNullWhen(true)] out IPAddress? address) =>
        IPAddress.TryParse(text, out address)
        && (protocol == "TCP4" ? address.AddressFamily == AddressFamily.InterNetwork && address.ToString() == text
            : address.AddressFamily == AddressFamily.InterNetworkV6 && !text.AsSpan().ContainsAny("%[]"));

    private static bool IsPort(string text) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}

internal enum ProxyParse
{
    Incomplete,
    Complete,
    Malformed,
}
