using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Mail.Smtp;

/// <summary>The program stops: no new mail, but what is under way is finished.</summary>
internal sealed class DrainTests
{
    private const string Stopping = "421 4.3.2 Service is stopping, try again later\r\n";

    [TestCase("")]
    [TestCase("EHLO a.test\r\n")]
    [TestCase("EHLO a.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n.\r\n")]
    [TestCase("EHLO a.test\r\nMAIL F")]
    public async Task An_idle_session_ends_at_once(string said)
    {
        using var stage = new SmtpStage();
        var client = stage.Connect();
        client.Send(said);
        client.ReadAvailable();
        stage.Drain();
        await client.Session;
        Assert.That(client.ReadAvailable(), Is.EqualTo(Stopping));
    }

    [Test]
    public async Task A_mail_under_way_is_finished()
    {
        using var stage = new SmtpStage();
        var client = stage.Connect();
        client.Send("EHLO a.test\r\nMAIL FROM:<a@b.test>\r\n");
        client.ReadAvailable();
        stage.Drain();
        client.Send("RCPT TO:<c@d.test>\r\n");
        client.Send("DATA\r\n");
        client.Send("hello\r\n.\r\nMAIL FROM:<a@b.test>\r\n");
        await client.Session;
        Assert.Multiple(() =>
        {
            Assert.That(client.ReadAvailable(), Is.EqualTo("250 2.1.5 OK\r\n354 End data with <CR><LF>.<CR><LF>\r\n250 2.0.0 Ok: queued\r\n" + Stopping));
            Assert.That(stage.Receiver.Mails.Single().Text, Is.EqualTo("hello\r\n"));
        });
    }

    [Test]
    public async Task In_the_middle_of_data_too()
    {
        using var stage = new SmtpStage();
        var client = stage.Connect();
        client.Send("EHLO a.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nhel");
        client.ReadAvailable();
        stage.Drain();
        client.Send("lo\r\n.\r\n");
        await client.Session;
        Assert.That(client.ReadAvailable(), Is.EqualTo("250 2.0.0 Ok: queued\r\n" + Stopping));
    }

    [Test]
    public async Task A_new_connection_is_turned_away()
    {
        using var stage = new SmtpStage();
        stage.Drain();
        var client = stage.Connect();
        await client.Session;
        Assert.That(client.ReadAvailable(), Is.EqualTo(Stopping));
    }
}
