using System.Buffers;
using System.Text;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Tests.Gateway.MailToXmpp;

internal sealed class MixedFatesTests
{
    private static readonly SmtpReply Accepted = new(250, "2.0.0", "Ok");
    private static readonly Fate Taken = new Fate.Taken();
    private static readonly Fate No = new Fate.Refused(new SmtpReply(550, "5.1.1", "Mailbox unavailable"));
    private static readonly Fate Later = new Fate.Refused(new SmtpReply(452, "4.2.2", "Recipient cannot take more messages"));

    [Test]
    public void All_taken_or_spooled_is_accepted() =>
        Assert.That(Answer([Taken, new Fate.Spooled()]).Reply, Is.EqualTo(Accepted));

    [Test]
    public void A_single_refusal_is_said_as_it_is() =>
        Assert.That(Answer([No]).Reply.ToString(), Is.EqualTo("550 5.1.1 Mailbox unavailable"));

    [Test]
    public void A_temporary_refusal_wins_over_a_permanent_one() =>
        Assert.That(Answer([No, Taken, Later]).Reply.Code, Is.EqualTo(452));

    [Test]
    public void What_waits_in_the_spool_is_called_delivered_only_where_it_is_not_withdrawn()
    {
        Assert.That(Answer([Taken, new Fate.Spooled(), No]).Reply.Text.Split('\n'), Has.Some.EqualTo("delivered to <u1@example.org>"));
        Assert.That(Answer([Taken, new Fate.Spooled(), Later]).Reply.Text.Split('\n'), Has.Some.EqualTo("delivered to <u0@example.org>")
            .And.Some.StartsWith("not delivered to <u1@example.org>: ").And.None.EqualTo("delivered to <u1@example.org>"));
    }

    [Test]
    public void Every_line_of_a_long_answer_fits_even_with_the_longest_addresses()
    {
        var addresses = Enumerable.Range(0, 100).Select(i => $"{new string((char)('a' + i % 26), 60)}{i:D3}@{string.Concat(Enumerable.Repeat("label.", 30))}test").ToArray();
        var verdict = MixedFates.Answer(EnvelopeOf(addresses), [.. addresses.Select((_, i) => i % 2 == 0 ? Taken : No)], Accepted, mayReport: false);
        var output = new ArrayBufferWriter<byte>();
        ReplyWriter.Write(output, verdict.Reply);

        var lines = Encoding.ASCII.GetString(output.WrittenSpan).Split("\r\n")[..^1];
        Assert.That(lines.Max(line => line.Length + 2), Is.LessThanOrEqualTo(512));
        Assert.That(lines[..^1], Has.All.StartsWith("550-5.1.1 "));
        Assert.That(lines[^1], Does.StartWith("550 5.1.1 "));
        foreach (var (address, i) in addresses.Select((address, i) => (address, i)))
            Assert.That(lines, Has.Exactly(1).StartsWith($"550-5.1.1 {(i % 2 == 0 ? "delivered to" : "not delivered to")} <{address}>").Or.Exactly(1).StartsWith($"550 5.1.1 not delivered to <{address}>"));
    }

    [TestCase(true, "delivered to <user@münchen.test>")]
    [TestCase(false, "delivered to <user@xn--mnchen-3ya.test>")]
    public void Names_are_in_ascii_unless_the_client_speaks_utf8(bool smtpUtf8, string expected) =>
        Assert.That(
            MixedFates.Answer(EnvelopeOf("user@münchen.test", "b@c.test") with { SmtpUtf8 = smtpUtf8 }, [Taken, No], Accepted, mayReport: false).Reply.Text.Split('\n'),
            Has.Some.EqualTo(expected));

    [Test]
    public void A_sender_that_can_be_told_later_gets_250_and_a_report_for_the_refused()
    {
        Assert.That(Answer([Taken, No], mayReport: true).Reply, Is.EqualTo(Accepted));
        var reported = MixedFates.Reported(Envelope(2), [Taken, No], mayReport: true).Single();
        Assert.That((reported.Recipient.Address.ToString(), reported.Reply), Is.EqualTo(("u1@example.org", "550 5.1.1 Mailbox unavailable")));
    }

    [Test]
    public void What_may_pass_or_concerns_everybody_is_said_in_the_session_all_the_same()
    {
        Assert.That(Answer([Taken, No, Later], mayReport: true).Reply.Code, Is.EqualTo(452));
        Assert.That(Answer([No, No], mayReport: true).Reply.Code, Is.EqualTo(550));
        Assert.That(MixedFates.Reported(Envelope(3), [Taken, No, Later], mayReport: true), Is.Empty);
        Assert.That(MixedFates.Reported(Envelope(2), [No, No], mayReport: true), Is.Empty);
    }

    [Test]
    public void Whoever_has_heard_each_reply_gets_no_report() =>
        Assert.That(MixedFates.Reported(Envelope(2) with { PerRecipientReplies = true }, [Taken, No], mayReport: true), Is.Empty);

    private static MailVerdict Answer(Fate[] fates, bool mayReport = false) => MixedFates.Answer(Envelope(fates.Length), fates, Accepted, mayReport);

    private static Envelope Envelope(int recipients) => EnvelopeOf([.. Enumerable.Range(0, recipients).Select(i => $"u{i}@example.org")]);

    private static Envelope EnvelopeOf(params string[] addresses) =>
        new(SmtpTransport.Tests.Gateway.Storage.SpoolStage.Bob, [.. addresses.Select(address => new EnvelopeRecipient(EmailAddress.Parse(address)))]);
}
