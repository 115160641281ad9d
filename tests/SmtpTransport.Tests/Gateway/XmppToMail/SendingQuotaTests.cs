using SmtpTransport.Gateway.Storage;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.XmppToMail;

/// <summary>What a user may send in a day, on a real database.</summary>
internal sealed class SendingQuotaTests
{
    [Test]
    public async Task Recipients_beyond_the_days_number_are_told_when_to_try_again()
    {
        using var stage = new SenderStage(limits: new SendingLimits { RecipientsPerDay = 2 });
        foreach (var number in Enumerable.Range(0, 3))
            await stage.SayAsync(SenderStage.Message(id: $"c{number}"));

        var error = stage.Link.Sent.Single();
        Assert.That(error.ToXml().ToString(), Does.Contain("wait").And.Contain("resource-constraint").And.Contain("Try again in 12 hours"), "it is noon");
        stage.Time.Advance(TimeSpan.FromHours(12));
        await stage.SayAsync(SenderStage.Message(id: "c4"));
        Assert.That(stage.Link.Sent, Has.Count.EqualTo(1));
        Assert.That(stage.Store.Database.Count("sent_day"), Is.EqualTo(1), "yesterday is gone");
    }

    [Test]
    public async Task New_recipients_have_a_number_of_their_own_and_old_ones_go_on()
    {
        using var stage = new SenderStage(limits: new SendingLimits { NewRecipientsPerDay = 2 });
        foreach (var name in new[] { "a", "b", "a", "b", "c", "a" })
            await stage.SayAsync(SenderStage.Message(id: $"to-{name}", to: $"{name}%mail.test@smtp.example"));

        Assert.That(stage.Link.Sent.Select(error => error.Id), Is.EqualTo(new[] { "to-c" }));
    }

    [Test]
    public async Task Messages_that_come_at_once_are_counted_before_they_are_stored()
    {
        using var stage = new SenderStage(limits: new SendingLimits { RecipientsPerDay = 3, NewRecipientsPerDay = 1 });
        for (var number = 0; number < 5; number++)
            await stage.Receiver.ReceiveAsync(SenderStage.Message(id: $"c{number}"), CancellationToken.None);
        await stage.SayAsync(SenderStage.Message(id: "last"));

        Assert.That(stage.Store.Database.Count("mail"), Is.EqualTo(3));
        Assert.That(stage.Store.Database.Count("sent_day", "recipients = 3 AND new_recipients = 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_restart_resets_nothing()
    {
        using var stage = new SenderStage(limits: new SendingLimits { RecipientsPerDay = 1 });
        await stage.SayAsync(SenderStage.Message());

        Assert.That(Restarted(stage, new SendingLimits { RecipientsPerDay = 1 }).Take(Jid.Parse("alice@example.org/x"), EmailAddress.Parse("new@mail.test")).Wait, Is.Not.Null);
        Assert.That(Restarted(stage, new SendingLimits { RecipientsPerDay = 1 }).Take(Jid.Parse("carol@example.org/x"), EmailAddress.Parse("new@mail.test")).Wait, Is.Null);
        Assert.That(Restarted(stage, new SendingLimits { RecipientsPerDay = 0, NewRecipientsPerDay = 0 }).Take(Jid.Parse("alice@example.org/x"), EmailAddress.Parse("new@mail.test")).Wait, Is.Null);
    }

    [Test]
    public void Users_of_an_unlisted_domain_share_their_domains_day()
    {
        using var stage = new SenderStage();
        var quota = Restarted(stage, new SendingLimits { RecipientsPerDay = 2 });
        var bob = EmailAddress.Parse("bob@mail.test");

        Assert.That(quota.Take(Jid.Parse("a@far.example"), bob).Charges.Select(charge => charge.Owner), Is.EqualTo(new[] { "a@far.example", "far.example" }));
        quota.Take(Jid.Parse("b@far.example"), bob);
        Assert.That(quota.Take(Jid.Parse("c@far.example"), bob).Wait, Is.Not.Null);
        Assert.That(quota.Take(Jid.Parse("c@else.example"), bob).Wait, Is.Null);
    }

    [Test]
    public async Task A_message_that_is_refused_for_one_of_its_recipients_counts_for_none()
    {
        using var stage = new SenderStage(limits: new SendingLimits { NewRecipientsPerDay = 2 });
        await stage.SayAsync(SenderStage.Message("To: a@mail.test, b@mail.test, c@mail.test\nHello", "c1", "smtp.example"));
        await stage.SayAsync(SenderStage.Message("To: a@mail.test, b@mail.test\nHello", "c2", "smtp.example"));

        Assert.That(stage.Link.Sent.Select(error => error.Id), Is.EqualTo(new[] { "c1" }));
        Assert.That(stage.Store.Database.Count("sent_day", "recipients = 2 AND new_recipients = 2"), Is.EqualTo(1));
    }

    [Test]
    public async Task What_could_not_be_stored_does_not_count()
    {
        using var stage = new SenderStage(limits: new SendingLimits { RecipientsPerDay = 1, NewRecipientsPerDay = 1 });
        await stage.Store.Database.BreakAsync("BEFORE INSERT ON mail");
        await stage.SayAsync(SenderStage.Message(id: "c1"));
        await stage.Store.Database.MendAsync();
        await stage.SayAsync(SenderStage.Message(id: "c2"));

        Assert.That(stage.Link.Sent.Select(error => error.Id), Is.EqualTo(new[] { "c1" }));
        Assert.That(stage.Store.Database.Count("mail"), Is.EqualTo(1));
    }

    private static SendingQuota Restarted(SenderStage stage, SendingLimits limits) => new(
        limits, AddressMaps.Map(), new SqlContacts(stage.Store.Database.Current), new SqlDayCounts(stage.Store.Database.Current), stage.Time);
}
