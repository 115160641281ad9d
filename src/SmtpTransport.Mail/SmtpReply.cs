namespace SmtpTransport.Mail;

/// <summary>An SMTP reply (RFC 5321 §4.2) with its enhanced status code (RFC 3463), ours or a remote server's.</summary>
/// <param name="Code">Three digits.</param>
/// <param name="Enhanced">Such as <c>5.1.1</c>; empty where there is none (banner, EHLO, 354).</param>
/// <param name="Text">One line, or several parted by <c>\n</c>.</param>
public readonly record struct SmtpReply(int Code, string Enhanced, string Text)
{
    public bool IsPositive => Code is >= 200 and < 400;

    public bool IsTransient => Code is >= 400 and < 500;

    public bool IsPermanent => Code is >= 500 and < 600;

    public override string ToString() => Enhanced.Length > 0 ? $"{Code} {Enhanced} {Text}" : $"{Code} {Text}";
}
