using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class A_retry_after_a_lost_250_shows_once(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    [Test]
    public async Task Even_after_the_gateway_was_killed()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var mail = Text.Mail(Bob, alice.BareJid, "Hi", "just once");

        var first = await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, mail);
        var second = await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, mail);
        await gateway.KillAsync();
        await gateway.StartAsync();
        var third = await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, mail);
        await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "Hi", "the end"));

        Assert.That(new[] { first.Code, second.Code, third.Code }, Is.All.EqualTo(250));
        await alice.MessageAsync("the end");
        Assert.That(alice.Messages.Count(message => message.Element("body")!.Value.Contains("just once", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task Another_body_under_the_same_Message_ID_is_another_mail()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var id = $"Message-ID: <{Text.Unique()}@mail.test>";

        await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "Hi", "one text", id));
        await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "Hi", "another text", id));

        await alice.MessageAsync("one text");
        await alice.MessageAsync("another text");
    }

    [Test]
    public async Task A_client_that_left_before_the_answer_and_came_again()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var mail = Text.Mail(Bob, alice.BareJid, "Hi", "in a hurry");

        await using (var hasty = await SmtpConversation.OpenAsync(gateway.SmtpPort))
        {
            await hasty.SayAsync($"MAIL FROM:<{Bob}>");
            await hasty.SayAsync($"RCPT TO:<{alice.BareJid}>");
            await hasty.SayAsync("DATA");
            await hasty.WriteContentAsync(mail);
        }

        await alice.MessageAsync("in a hurry");
        await Patience.UntilAsync("the mail is recorded", () => gateway.Log.Contains("accepted for", StringComparison.Ordinal));

        var retry = await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, mail);
        await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "Hi", "the end"));

        Assert.That(retry.Code, Is.EqualTo(250), retry.Text);
        await alice.MessageAsync("the end");
        var copies = alice.Messages.Where(message => message.Element("body")!.Value.Contains("in a hurry", StringComparison.Ordinal)).ToList();
        Assert.That(copies, Has.Count.EqualTo(1));
    }
}
