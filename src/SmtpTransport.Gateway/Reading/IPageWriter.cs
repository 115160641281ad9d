namespace SmtpTransport.Gateway.Reading;

/// <summary>What a page is written to while it is read, in the order of reading.</summary>
internal interface IPageWriter
{
    /// <summary>Nothing more is kept: reading may stop.</summary>
    bool IsFull { get; }

    /// <summary>Running text: white space collapses.</summary>
    void Write(string words);

    /// <summary>Text whose lines and spaces count.</summary>
    void WritePreformatted(string lines);

    /// <summary>What comes next begins a new line (1) or a new paragraph (2).</summary>
    void Break(int lines);

    /// <summary>A line break that was asked for: each one counts.</summary>
    void LineBreak();

    /// <summary>What comes next is another cell of a row of data.</summary>
    void NextCell();

    void Open(PageElement element);

    void Close(PageElement element);
}

/// <summary>The structure of a page that means something to a reader.</summary>
internal abstract record PageElement
{
    private PageElement()
    {
    }

    /// <param name="Start">Of the numbers; null for one without.</param>
    public sealed record List(int? Start) : PageElement;

    public sealed record Item : PageElement;

    public sealed record Quote : PageElement;

    /// <param name="Target">Null when it leads nowhere that is of use to a reader.</param>
    public sealed record Link(string? Target) : PageElement;

    public sealed record Strong : PageElement;

    public sealed record Emphasis : PageElement;
}
