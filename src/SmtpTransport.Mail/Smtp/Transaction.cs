namespace SmtpTransport.Mail.Smtp;

/// <summary>One mail between its MAIL and the reply to its last octet.</summary>
internal sealed class Transaction : IDisposable
{
    private readonly List<EnvelopeRecipient> recipients = [];

    public Transaction(SmtpClient client, SmtpCommand.Mail mail)
    {
        Client = client;
        Envelope = new Envelope(mail.ReversePath, recipients)
        {
            SmtpUtf8 = mail.Parameters.SmtpUtf8,
            RequireTls = mail.Parameters.RequireTls,
            PerRecipientReplies = mail.Parameters.PerRecipientReplies,
            Return = mail.Parameters.Return,
            EnvelopeId = mail.Parameters.EnvelopeId,
        };
    }

    public SmtpClient Client { get; }

    /// <summary>Holds the recipients accepted so far.</summary>
    public Envelope Envelope { get; }

    /// <summary>RCPT was tried, with whatever success.</summary>
    public bool SawRcpt { get; set; }

    /// <summary>Null before the first octet.</summary>
    public IncomingMessage? Message { get; private set; }

    public ContentPace? Pace { get; private set; }

    public void Accept(EnvelopeRecipient recipient) => recipients.Add(recipient);

    public (IncomingMessage Message, ContentPace Pace) Open(SmtpOptions options, TimeProvider time) =>
        (Message ??= new IncomingMessage(options), Pace ??= new ContentPace(options.DataTimeout, time));

    public void Dispose() => Message?.Dispose();
}
