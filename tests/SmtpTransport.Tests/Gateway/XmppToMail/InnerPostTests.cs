using System.Text;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Translation;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Tests.Gateway.MailToXmpp;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.XmppToMail;

/// <summary>From a mail on its way out to users who are here, by the receiver of all mail.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class InnerPostTests : IDisposable
{
    private const string Text = "From: alice@example.org\r\nTo: bob@mail.test\r\nCc: carol@example.org\r\nMessage-ID: <1@example.org>\r\nSubject: Dinner\r\n\r\nAt eight.\r\n";

    private readonly ReceiverStage inside = new(inbound: new InboundOptions { MailsPerMinute = 1 }, dmarc: DmarcMode.Enforce);
    private readonly FakeMailSender outside = new();

    public void Dispose() => inside.Dispose();

    [Test]
    public async Task Mail_for_others_leaves()
    {
        await SendAsync(inside.Receiver, "bob@mail.test");

        Assert.That(outside.Mails.Single().Mail.Recipients.Single().ToString(), Is.EqualTo("bob@mail.test"));
        Assert.That(inside.Link.Sent, Is.Empty);
    }

    [Test]
    public async Task Mail_for_users_of_ours_is_shown_to_them_without_a_warning_and_without_limits()
    {
        var outcomes = await SendAsync(inside.Receiver, "carol@example.org", "dave+work@example.org");
        await SendAsync(inside.Receiver, "erin@example.org");

        Assert.That(outcomes, Is.All.InstanceOf<DeliveryOutcome.Delivered>());
        Assert.That(inside.Link.Sent.Select(message => message.To.ToString()), Is.EqualTo(new[] { "carol@example.org", "dave@example.org", "erin@example.org" }));
        Assert.That(inside.Link.Sent.Select(message => message.Body), Is.All.Contains("At eight.").And.All.Not.Contains("verified"));
        Assert.That(inside.Link.Sent, Is.All.Matches<Stanza>(message => message.Payload<SenderNotice>()!.Standing == AuthorStanding.Verified));
        Assert.That(outside.Mails, Is.Empty, "neither the DNS nor a relay hears of it");
    }

    [Test]
    public async Task Another_attempt_shows_nothing_twice()
    {
        await SendAsync(inside.Receiver, "carol@example.org");

        Assert.That((await SendAsync(inside.Receiver, "carol@example.org")).Single(), Is.InstanceOf<DeliveryOutcome.Delivered>());
        Assert.That(inside.Link.Sent, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Each_recipient_has_an_outcome_of_its_own()
    {
        var receiver = new FakeMailReceiver
        {
            OnRcpt = recipient => recipient.Address.Local == "nobody" ? new SmtpReply(550, "5.1.1", "No such user here") : new SmtpReply(250, "2.1.5", "Ok"),
            OnReceive = _ => Task.FromResult(new MailVerdict(new SmtpReply(250, "2.0.0", "Ok"), [new SmtpReply(250, "2.0.0", "Ok"), new SmtpReply(452, "4.2.2", "Full")])),
        };

        var outcomes = await SendAsync(receiver, "carol@example.org", "nobody@example.org", "dave@example.org");

        Assert.That(outcomes[0], Is.EqualTo(new DeliveryOutcome.Delivered(new SmtpReply(250, "2.0.0", "Ok"), "mx.example.org")));
        Assert.That(outcomes[1], Is.EqualTo(new DeliveryOutcome.Failed(new DeliveryFailure(new SmtpReply(550, "5.1.1", "No such user here"), "mx.example.org"))));
        Assert.That(outcomes[2], Is.EqualTo(new DeliveryOutcome.Deferred(new DeliveryFailure(new SmtpReply(452, "4.2.2", "Full"), "mx.example.org"))));
        var mail = receiver.Mails.Single();
        Assert.That(mail.Envelope.Recipients.Select(recipient => recipient.Address.Local), Is.EqualTo(new[] { "carol", "dave" }));
        Assert.That((mail.Text, mail.Client.IsOurselves), Is.EqualTo((Text, true)));
    }

    [Test]
    public async Task While_nothing_can_be_taken_it_waits()
    {
        var receiver = new FakeMailReceiver { OnMail = (_, _) => new SmtpReply(452, "4.3.1", "No room") };

        Assert.That((await SendAsync(receiver, "carol@example.org")).Single(), Is.InstanceOf<DeliveryOutcome.Deferred>());
        Assert.That(receiver.Asked, Is.Empty);
    }

    [Test]
    public async Task When_nobody_may_be_reached_no_content_is_handed_over()
    {
        var receiver = new FakeMailReceiver { OnRcpt = _ => new SmtpReply(550, "5.1.1", "No such user here") };

        Assert.That((await SendAsync(receiver, "nobody@example.org")).Single(), Is.InstanceOf<DeliveryOutcome.Failed>());
        Assert.That(receiver.Mails, Is.Empty);
    }

    [Test]
    public void Each_way_has_its_own_room()
    {
        var post = Post(inside.Receiver);

        Assert.That((post.Room("mail.test"), post.Room("example.org")), Is.EqualTo((outside.Room("mail.test"), 50)));
    }

    private Task<IReadOnlyList<DeliveryOutcome>> SendAsync(IMailReceiver receiver, params string[] to) => Post(receiver).SendAsync(
        new OutgoingMail("m1", EmailAddress.Parse("alice@example.org"), [.. to.Select(EmailAddress.Parse)], () => new MemoryStream(Encoding.ASCII.GetBytes(Text))), CancellationToken.None);

    private InnerPost Post(IMailReceiver receiver) =>
        new(outside, receiver, AddressMaps.Map(), new ComposerIdentity("mx.example.org", new byte[32], inside.Loops), inside.Time);
}
