using System.Collections.Concurrent;
using System.Text;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery;

namespace SmtpTransport.Tests.Support;

/// <summary>A next hop that keeps what it is given, and answers as a test says.</summary>
internal sealed class FakeMailSender : IMailSender
{
    private readonly ConcurrentQueue<(OutgoingMail Mail, string Text)> mails = [];

    /// <summary>For each recipient; may throw, as a broken sender would.</summary>
    public Func<EmailAddress, DeliveryOutcome> OnRecipient { get; set; } = _ => Delivered;

    /// <summary>Before a mail is taken.</summary>
    public Func<OutgoingMail, Task> OnMail { get; set; } = _ => Task.CompletedTask;

    public static DeliveryOutcome Delivered { get; } = new DeliveryOutcome.Delivered(new SmtpReply(250, "2.0.0", "Ok"), "mx.mail.test");

    public IReadOnlyList<(OutgoingMail Mail, string Text)> Mails => [.. mails];

    public static DeliveryOutcome Deferred(string why) => new DeliveryOutcome.Deferred(new DeliveryFailure(new SmtpReply(451, "4.3.2", why), "mx.mail.test"));

    public static DeliveryOutcome Failed(string why) => new DeliveryOutcome.Failed(new DeliveryFailure(new SmtpReply(550, "5.1.1", why), "mx.mail.test"));

    public int Room(string domain) => 4;

    public async Task<IReadOnlyList<DeliveryOutcome>> SendAsync(OutgoingMail mail, CancellationToken cancellation)
    {
        await OnMail(mail);
        await using var stream = mail.Content();
        using var octets = new MemoryStream();
        await stream.CopyToAsync(octets, cancellation);
        mails.Enqueue((mail, Encoding.UTF8.GetString(octets.ToArray())));
        return [.. mail.Recipients.Select(OnRecipient)];
    }
}
