using Microsoft.Extensions.Logging.Abstractions;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Storage;
using SmtpTransport.Mail;
using SmtpTransport.Tests.Gateway.Storage;
using SmtpTransport.Tests.Gateway.XmppToMail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.MailToXmpp;

/// <summary>Mails whose senders are owed a report, and the one who writes it.</summary>
internal abstract class SenderReportsFixture : IDisposable
{
    protected const string Alice = "alice@example.org";

    protected SenderStage Stage { get; } = new();

    protected SenderReportsFixture() => Store.MayReport = true;

    protected SpoolStage Store => Stage.Store;

    public void Dispose() => Stage.Dispose();

    protected async Task WriteAndSendAsync()
    {
        await Reports().WriteAsync();
        await Stage.WorkAsync();
    }

    protected SenderReports Reports() => new(
        Store.Reports, Store.Spool, new ReceiverIdentity("mx.example.org", Jid.Parse("smtp.example"), new byte[32]), new RetryOptions(),
        Stage.Doorbells, TestMeters.Metrics(), Stage.Time, NullLogger<SenderReports>.Instance);
}
