using SmtpTransport.Gateway.Accounts;
using SmtpTransport.Mail;
using SmtpTransport.Tests.Gateway.Storage;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.XmppToMail;

/// <summary>Displayed markers of users become read receipts (RFC 8098): with consent, once, to those who asked.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ReadReceiptsTests : IDisposable
{
    private readonly SenderStage stage = new();

    public void Dispose() => stage.Dispose();

    [Test]
    public async Task A_marker_tells_of_that_mail_and_of_those_before_it_once()
    {
        await ReceiveAsync("s1", "s2", "s3");
        await ConsentAsync(true);

        await DisplayAsync("s2");
        await DisplayAsync("s2");
        await stage.WorkAsync();

        Assert.That(stage.Sender.Mails.Select(mail => mail.Mail.ReversePath), Is.EqualTo(new EmailAddress?[] { null, null }));
        Assert.That(stage.Sender.Mails.Select(mail => mail.Mail.Recipients.Single().ToString()), Is.EqualTo(new[] { "bob@mail.test", "bob@mail.test" }));
        Assert.That(string.Concat(stage.Sender.Mails.Select(mail => mail.Text)), Does.Contain("Original-Message-ID: <s1@mail.test>").And.Contain("Original-Message-ID: <s2@mail.test>")
            .And.Contain("Disposition: manual-action/MDN-sent-automatically; displayed").And.Contain("Auto-Submitted: auto-replied").And.Not.Contain("s3@mail.test"));
    }

    [Test]
    public async Task What_is_owed_and_what_is_written_survive_a_restart()
    {
        await ReceiveAsync("s1");
        await ConsentAsync(true);

        stage.Restart();
        await DisplayAsync("s1");
        stage.Restart();
        await DisplayAsync("s1");
        await stage.WorkAsync();

        Assert.That(stage.Sender.Mails, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Without_consent_or_by_anybody_else_nothing_is_told()
    {
        await ReceiveAsync("s1");

        await DisplayAsync("s1");
        await ConsentAsync(true);
        await stage.ReadReceipts().ReceiveAsync(Marker("s1", "mallory@example.org/x", "bob%mail.test@smtp.example"), new Displayed("s1"));
        await stage.ReadReceipts().ReceiveAsync(Marker("s1", "alice@example.org/x", "carol%mail.test@smtp.example"), new Displayed("s1"));
        await stage.ReadReceipts().ReceiveAsync(Marker("s1", "alice@example.org/x", "smtp.example"), new Displayed("s1"));
        await DisplayAsync("unknown");

        Assert.That(await stage.WorkAsync(), Is.Zero);
    }

    [Test]
    public async Task A_mail_that_is_sent_again_asks_for_no_second_receipt()
    {
        await ReceiveAsync("s1");
        await ConsentAsync(true);
        await DisplayAsync("s1");

        await ReceiveAsync("s1");
        await DisplayAsync("s1");

        Assert.That(await stage.WorkAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_receipt_that_fails_is_told_to_nobody()
    {
        await ReceiveAsync("s1");
        await ConsentAsync(true);
        stage.Sender.OnRecipient = _ => Support.FakeMailSender.Failed("No such user");

        await DisplayAsync("s1");
        await stage.WorkAsync();

        Assert.That((stage.Told().Count, stage.Store.Database.Count("mail")), Is.EqualTo((0, 0)));
    }

    private static Stanza Marker(string id, string from, string to) => Stanza.Message(Jid.Parse(from), Jid.Parse(to), "d1", "chat", new Displayed(id));

    private Task DisplayAsync(string id) => stage.ReadReceipts().ReceiveAsync(Marker(id, "alice@example.org/phone", "bob%mail.test@smtp.example"), new Displayed(id));

    private Task ConsentAsync(bool consent) => stage.Accounts.StoreAsync(SpoolStage.Alice, new AccountPreferences { GiveReadReceipts = consent });

    private async Task ReceiveAsync(params string[] ids)
    {
        foreach (var id in ids)
        {
            await stage.Store.ExchangedAsync(stage.Store.FromBob(id) with { ReceiptTo = SpoolStage.Bob });
            stage.Time.Advance(TimeSpan.FromMinutes(1));
        }
    }
}
