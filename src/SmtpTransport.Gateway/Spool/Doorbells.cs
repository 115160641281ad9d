namespace SmtpTransport.Gateway.Spool;

/// <summary>One doorbell for each worker.</summary>
public sealed class Doorbells
{
    public Doorbell MailToChat { get; } = new();

    public Doorbell ChatToMail { get; } = new();

    public Doorbell Notices { get; } = new();
}
