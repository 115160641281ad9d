using System.Xml;

namespace SmtpTransport.Xmpp.Component;

/// <summary>A name table that knows its size: it only ever grows, with names that users choose.</summary>
internal sealed class CountingNameTable : XmlNameTable
{
    private readonly NameTable names = new();

    public int Count { get; private set; }

    public override string Add(char[] array, int offset, int length)
    {
        if (names.Get(array, offset, length) is { } known)
            return known;
        Count++;
        return names.Add(array, offset, length);
    }

    public override string Add(string array)
    {
        if (names.Get(array) is { } known)
            return known;
        Count++;
        return names.Add(array);
    }

    public override string? Get(char[] array, int offset, int length) => names.Get(array, offset, length);

    public override string? Get(string array) => names.Get(array);
}
