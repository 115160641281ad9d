namespace SmtpTransport.EndToEnd.Support;

/// <summary>An SMTP reply as it came.</summary>
internal sealed record Reply(int Code, IReadOnlyList<string> Lines)
{
    public bool IsPositive => Code is >= 200 and < 300;

    public string Text => string.Join('\n', Lines);

    public override string ToString() => Text;
}
