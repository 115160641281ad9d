using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class Several_recipients_have_different_fates(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    [Test]
    public async Task A_client_with_PRDR_gets_a_reply_for_each()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        await using var connection = await SmtpConversation.OpenAsync(gateway.SmtpPort);

        await connection.SayAsync($"MAIL FROM:<{Bob}> PRDR");
        await connection.SayAsync($"RCPT TO:<ghost@{XmppServer.Domain}>");
        await connection.SayAsync($"RCPT TO:<{alice.BareJid}>");
        await connection.SayAsync("DATA");
        var announcement = await connection.ContentAsync(Text.Mail(Bob, alice.BareJid, "Hi", "for whom it may concern"));
        var forGhost = await connection.ReadAsync();
        var forAlice = await connection.ReadAsync();
        var forAll = await connection.ReadAsync();

        Assert.Multiple(() =>
        {
            Assert.That(announcement.Code, Is.EqualTo(353), announcement.Text);
            Assert.That(forGhost.Code, Is.EqualTo(550), forGhost.Text);
            Assert.That(forGhost.Text, Does.Contain("5.1.1"));
            Assert.That(forAlice.Code, Is.EqualTo(250), forAlice.Text);
            Assert.That(forAll.Code, Is.EqualTo(250), forAll.Text);
        });
        await alice.MessageAsync("for whom it may concern");
        Assert.That((await connection.SayAsync("NOOP")).Code, Is.EqualTo(250), "The session is in step.");
    }

    [Test]
    public async Task Without_PRDR_the_refusal_names_who_got_it_and_who_did_not()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        await using var connection = await SmtpConversation.OpenAsync(gateway.SmtpPort);

        var reply = await connection.MailAsync(Bob, [alice.BareJid, $"ghost@{XmppServer.Domain}"], Text.Mail(Bob, alice.BareJid, "Hi", "for one of two"));

        Assert.Multiple(() =>
        {
            Assert.That(reply.Code, Is.EqualTo(550), reply.Text);
            Assert.That(reply.Lines, Has.Count.GreaterThan(1));
            Assert.That(reply.Text, Does.Contain(alice.BareJid));
            Assert.That(reply.Text, Does.Contain($"ghost@{XmppServer.Domain}"));
            Assert.That(reply.Lines, Has.All.Length.LessThanOrEqualTo(510));
        });
        await alice.MessageAsync("for one of two");
    }

    [Test]
    public async Task All_refused_is_a_refusal_and_leaves_no_queue()
    {
        var gateway = await StartGatewayAsync();
        await using var connection = await SmtpConversation.OpenAsync(gateway.SmtpPort);

        var reply = await connection.MailAsync(Bob, [$"ghost1@{XmppServer.Domain}", $"ghost2@{XmppServer.Domain}"], Text.Mail(Bob, "undisclosed:;", "Hi", "nobody"));

        Assert.That(reply.Code, Is.EqualTo(550), reply.Text);
        Assert.That(await gateway.QueueAsync(), Is.Empty);
    }

    [Test]
    public async Task Two_addresses_of_one_user_are_one_copy()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        await using var connection = await SmtpConversation.OpenAsync(gateway.SmtpPort);

        var reply = await connection.MailAsync(
            Bob,
            [alice.BareJid, alice.BareJid.Replace("@", "+shop@", StringComparison.Ordinal)],
            Text.Mail(Bob, alice.BareJid, "Hi", "once is enough"));
        var after = await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "Hi", "the end"));

        Assert.That((reply.Code, after.Code), Is.EqualTo((250, 250)), reply.Text);
        await alice.MessageAsync("the end");
        Assert.That(alice.Messages.Count(message => message.Element("body")!.Value.Contains("once is enough", StringComparison.Ordinal)), Is.EqualTo(1));
    }
}
