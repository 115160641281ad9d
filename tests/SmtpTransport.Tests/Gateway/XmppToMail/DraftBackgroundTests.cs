using SmtpTransport.Gateway.Accounts;
using SmtpTransport.Tests.Gateway.Storage;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Gateway.XmppToMail;

/// <summary>What a mail says besides its text: who writes, and what is answered.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class DraftBackgroundTests : IDisposable
{
    private readonly SenderStage stage = new();

    public void Dispose() => stage.Dispose();

    [Test]
    public async Task The_card_names_the_author_and_later_mails_ask_no_more()
    {
        stage.Link.OnQuery = iq => iq.Payload<VCardTemp>() is null ? iq.Error(new StanzaError(StanzaErrorType.Cancel, "item-not-found")) : iq.Result(new VCardTemp { FullName = "Alice Ünlü" });

        await SendAsync("one");
        var asked = stage.Link.Sent.Count;
        await SendAsync("two");

        Assert.That(stage.Sender.Mails.Select(mail => From(mail.Text)), Is.All.EqualTo("From: Alice =?utf-8?b?w5xubMO8?= <alice@example.org>"));
        Assert.That(stage.Link.Sent, Has.Count.EqualTo(asked));
    }

    [Test]
    public async Task Without_a_card_the_name_in_the_message_counts()
    {
        await SendAsync("one", new Nick("Wonder"));

        Assert.That(From(stage.Sender.Mails[0].Text), Is.EqualTo("From: Wonder <alice@example.org>"));
    }

    [TestCase("ceo@bank.test")]
    [TestCase("Boss <boss@bank.test>")]
    public async Task A_name_that_is_another_address_is_none(string name)
    {
        await SendAsync("one", new Nick(name));

        Assert.That(From(stage.Sender.Mails[0].Text), Is.EqualTo("From: alice@example.org"));
    }

    [Test]
    public async Task A_server_that_does_not_answer_holds_a_mail_up_for_moments_only()
    {
        stage.Link.OnQuery = _ => null;
        await stage.SayAsync(SenderStage.Message());

        var work = stage.WorkAsync();
        await stage.Link.Reached(3);
        stage.Time.Advance(TimeSpan.FromSeconds(2));
        await work;
        await SendAsync("the next one does not wait");

        Assert.That(stage.Sender.Mails.Select(mail => From(mail.Text)), Is.EqualTo(new[] { "From: alice@example.org", "From: alice@example.org" }));
    }

    [Test]
    public async Task A_reply_quotes_what_it_answers_with_its_author_and_date()
    {
        await SendAsync("Shall we?", id: "c1");

        await SendAsync("> Shall we?\nI mean today.", new Reply("c1"), new Fallback(Reply.Namespace.NamespaceName, new TextRange(0, 12)), "c2");

        Assert.That(stage.Sender.Mails[^1].Text, Does.EndWith("\r\n\r\nI mean today.\r\n\r\nOn Sun, 1 Mar 2026 at 12:00 UTC, alice@example.org wrote:\r\n> Shall we?\r\n"));
    }

    [Test]
    public async Task A_layout_and_a_quotation_survive_a_restart()
    {
        await stage.SayAsync(SenderStage.Message("> Shall we?\nYes, *now*.", more: [new Reply("m0"), new Fallback(Reply.Namespace.NamespaceName, new TextRange(0, 12))]));
        await stage.SayAsync(SenderStage.Message("2 *3* 4", "c2", more: [new Unstyled()]));
        stage.Restart();
        await stage.WorkAsync();

        Assert.That(stage.Sender.Mails[0].Text, Does.Contain("> Shall we?").And.Contain("<strong>now</strong>").And.Contain("<blockquote"));
        Assert.That(stage.Sender.Mails[1].Text, Does.EndWith("\r\n\r\n2 *3* 4\r\n").And.Not.Contain("multipart"));
    }

    [TestCase(true, true, true)]
    [TestCase(true, false, false)]
    [TestCase(false, true, false)]
    public async Task A_read_receipt_is_asked_for_when_the_user_wants_that(bool preference, bool markable, bool asked)
    {
        await stage.Accounts.StoreAsync(SpoolStage.Alice, new AccountPreferences { AskForReadReceipts = preference });

        await SendAsync("one", markable ? new Markable() : null);

        Assert.That(stage.Sender.Mails[0].Text.Contains("\r\nDisposition-Notification-To: alice@example.org\r\n", StringComparison.Ordinal), Is.EqualTo(asked));
    }

    private static string From(string mail) => mail.Split("\r\n").Single(line => line.StartsWith("From:", StringComparison.Ordinal));

    private Task SendAsync(string body, IPayload? more = null, string id = "c1") => SendAsync(body, more, null, id);

    private async Task SendAsync(string body, IPayload? first, IPayload? second, string id)
    {
        await stage.SayAsync(SenderStage.Message(body, id, more: [first, second]));
        await stage.WorkAsync();
    }
}
