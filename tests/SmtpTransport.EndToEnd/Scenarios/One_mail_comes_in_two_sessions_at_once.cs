using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class One_mail_comes_in_two_sessions_at_once(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    protected override bool OwnServer => true;

    [Test]
    public async Task The_second_is_put_off_until_the_first_has_its_answer()
    {
        var gateway = await StartGatewayAsync(configuration => configuration["Xmpp:VerdictTimeout"] = "00:00:20");
        var alice = await NewClientAsync();
        var mail = Text.Mail(Bob, alice.BareJid, "Hi", "just once");
        await using var one = await SmtpConversation.OpenAsync(gateway.SmtpPort);
        await using var two = await SmtpConversation.OpenAsync(gateway.SmtpPort);

        Server.Freeze();
        var first = one.MailAsync(Bob, [alice.BareJid], mail);
        await Patience.UntilAsync("the first is on the disk", async () => (await gateway.QueueAsync()).Count == 1);
        var second = await two.MailAsync(Bob, [alice.BareJid], mail);
        Server.Thaw();
        var answered = await first;
        var third = await two.MailAsync(Bob, [alice.BareJid], mail);
        await two.MailAsync(Bob, [alice.BareJid], Text.Mail(Bob, alice.BareJid, "Hi", "the end"));
        await alice.MessageAsync("the end");

        Assert.Multiple(() =>
        {
            Assert.That(second.Text, Does.StartWith("451 4.3.0"));
            Assert.That((answered.Code, third.Code), Is.EqualTo((250, 250)), answered.Text + third.Text);
            Assert.That(alice.Messages.Count(message => message.Element("body")!.Value.Contains("just once", StringComparison.Ordinal)), Is.EqualTo(1));
        });
    }
}
