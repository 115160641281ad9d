using System.Xml.Linq;
using Microsoft.Extensions.Logging.Abstractions;
using SmtpTransport.Gateway;
using SmtpTransport.Gateway.Accounts;
using SmtpTransport.Gateway.Storage;
using SmtpTransport.Tests.Gateway.Storage;
using SmtpTransport.Tests.Gateway.XmppToMail;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway;

/// <summary>What comes from the stream goes where it belongs.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MailTrafficTests : IDisposable
{
    private readonly SenderStage stage = new();

    public void Dispose() => stage.Dispose();

    [TestCase(null, 0, "disposition-notification")]
    [TestCase("Seen, thanks", 1, "Seen, thanks")]
    public async Task A_marker_with_a_text_beside_it_is_a_message(string? body, int receipts, string mail)
    {
        await stage.Accounts.StoreAsync(SpoolStage.Alice, new AccountPreferences { GiveReadReceipts = true });
        await stage.Store.ExchangedAsync(stage.Store.FromBob("s1") with { ReceiptTo = SpoolStage.Bob });
        var traffic = new MailTraffic(stage.Receiver, stage.ReadReceipts(), null!, stage.Spool, stage.Doorbells, stage.Time, NullLogger<MailTraffic>.Instance);

        var message = SenderStage.Message(body ?? "", more: [new Displayed("s1")]);
        message.Element.Elements().Where(element => body is null && element.Name.LocalName == "body").Remove();
        await traffic.ReceiveAsync(message, CancellationToken.None);
        await traffic.Committed;
        await stage.WorkAsync();

        Assert.That(stage.Sender.Mails.Single().Text, Does.Contain(mail));
        Assert.That(new SqlReadReceipts(stage.Store.Database.Current, stage.Time).Owed(SpoolStage.Alice, SpoolStage.Bob, "s1", 10), Has.Count.EqualTo(receipts));
    }
}
