using System.Text;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Tests.Support;

/// <summary>Takes every mail, unless a test says otherwise, and remembers it.</summary>
internal sealed class FakeMailReceiver : IMailReceiver
{
    public List<ReceivedMail> Mails { get; } = [];

    public List<EmailAddress> Asked { get; } = [];

    public Func<Envelope, long?, SmtpReply> OnMail { get; set; } = (_, _) => new SmtpReply(250, "2.1.0", "OK");

    public Func<EnvelopeRecipient, SmtpReply> OnRcpt { get; set; } = _ => new SmtpReply(250, "2.1.5", "OK");

    public Func<ReceivedMail, Task<MailVerdict>> OnReceive { get; set; } =
        _ => Task.FromResult(new MailVerdict(new SmtpReply(250, "2.0.0", "Ok: queued"), []));

    public ValueTask<SmtpReply> MailAsync(SmtpClient client, Envelope envelope, long? declaredSize, CancellationToken cancellation) =>
        ValueTask.FromResult(OnMail(envelope, declaredSize));

    public ValueTask<SmtpReply> RcptAsync(
        SmtpClient client, Envelope envelope, EnvelopeRecipient recipient, CancellationToken cancellation)
    {
        Asked.Add(recipient.Address);
        return ValueTask.FromResult(OnRcpt(recipient));
    }

    public async ValueTask<MailVerdict> ReceiveAsync(
        SmtpClient client, Envelope envelope, MessageContent content, CancellationToken cancellation)
    {
        using var copy = new MemoryStream();
        await using (var stream = content.OpenRead())
            stream.CopyTo(copy);
        Assert.That(copy.Length, Is.EqualTo(content.Length));
        var mail = new ReceivedMail(client, envelope, copy.ToArray(), content.BodyHash.ToArray());
        Mails.Add(mail);
        return await OnReceive(mail);
    }
}

internal sealed record ReceivedMail(SmtpClient Client, Envelope Envelope, byte[] Octets, byte[] BodyHash)
{
    public string Text => Encoding.Latin1.GetString(Octets);
}
