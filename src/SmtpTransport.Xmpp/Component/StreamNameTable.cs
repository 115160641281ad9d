using System.Xml;

namespace SmtpTransport.Xmpp.Component;

/// <summary>
/// The XML reader's names. A table of .NET's own only ever grows, and users choose the names in stanzas: those are forgotten now and then.
/// The reader's own and those of the open stream element it compares by reference, for as long as it lives: they are kept.
/// </summary>
internal sealed class StreamNameTable : XmlNameTable
{
    private readonly NameTable kept = new();
    private NameTable? passing;

    /// <summary>Names that will be forgotten.</summary>
    public int Passing { get; private set; }

    /// <summary>The stream's header has been read: what comes from now on is to be forgotten.</summary>
    public void EndOfHeader() => passing ??= new NameTable();

    /// <summary>Between two stanzas alone: the reader still compares the names of an element that is open.</summary>
    public void Forget()
    {
        passing = new NameTable();
        Passing = 0;
    }

    public override string Add(char[] array, int offset, int length)
    {
        if (Get(array, offset, length) is { } known)
            return known;
        if (passing is null)
            return kept.Add(array, offset, length);
        Passing++;
        return passing.Add(array, offset, length);
    }

    public override string Add(string array)
    {
        if (Get(array) is { } known)
            return known;
        if (passing is null)
            return kept.Add(array);
        Passing++;
        return passing.Add(array);
    }

    public override string? Get(char[] array, int offset, int length) => kept.Get(array, offset, length) ?? passing?.Get(array, offset, length);

    public override string? Get(string array) => kept.Get(array) ?? passing?.Get(array);
}
