using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.Spool;

internal sealed class MailFingerprintTests
{
    private static readonly byte[] Key = new byte[32];
    private static readonly Jid Alice = Jid.Parse("alice@example.org");

    [Test]
    public void The_same_mail_has_the_same_ids_whatever_its_own_id() =>
        Assert.That(Of(mailId: "a").StanzaId(0), Is.EqualTo(Of(mailId: "b").StanzaId(0)));

    [Test]
    public void Sender_recipient_message_id_body_and_key_all_count() =>
        Assert.That(
            new[]
            {
                Of(), Of(sender: "carol@mail.test"), Of(sender: null), Of(user: "carol@example.org"), Of(messageId: "m2@mail.test"), Of(body: 1),
                MailFingerprint.Of([1, 2, 3], EmailAddress.Parse("bob@mail.test"), Alice, "m1@mail.test", new byte[32], "a"),
            }.Select(fingerprint => fingerprint.StanzaId(0)),
            Is.Unique);

    [Test]
    public void The_case_of_the_sender_does_not_count() =>
        Assert.That(Of(sender: "BOB@mail.test").StanzaId(0), Is.EqualTo(Of().StanzaId(0)));

    [Test]
    public void Without_a_message_id_the_mail_id_counts_instead()
    {
        Assert.That(Of(messageId: "", mailId: "a").StanzaId(0), Is.Not.EqualTo(Of(messageId: "", mailId: "b").StanzaId(0)));
        Assert.That((Of(messageId: "").HasMessageId, Of().HasMessageId), Is.EqualTo((false, true)));
    }

    [Test]
    public void Each_part_has_an_id_of_its_own_that_fits_anywhere()
    {
        var ids = Enumerable.Range(0, 100).Select(Of().StanzaId).ToList();

        Assert.That(ids, Is.Unique);
        Assert.That(ids, Has.All.Length.EqualTo(24).And.All.Match("^[A-Za-z0-9_-]+$"));
    }

    [Test]
    public void It_comes_back_from_the_disk_as_it_was()
    {
        var stored = MailFingerprint.FromStored(Of(messageId: "").Stored);

        Assert.That((stored.StanzaId(3), stored.HasMessageId), Is.EqualTo((Of(messageId: "").StanzaId(3), false)));
    }

    private static MailFingerprint Of(
        string? sender = "bob@mail.test", string user = "alice@example.org", string messageId = "m1@mail.test", byte body = 0, string mailId = "a") =>
        MailFingerprint.Of(Key, sender is null ? null : EmailAddress.Parse(sender), Jid.Parse(user), messageId, Enumerable.Repeat(body, 32).ToArray(), mailId);
}
