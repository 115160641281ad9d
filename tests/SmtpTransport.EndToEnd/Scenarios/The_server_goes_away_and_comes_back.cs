using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class The_server_goes_away_and_comes_back(ServerKind server) : Scenario(server)
{
    private const int Mails = 60;

    protected override bool OwnServer => true;

    [Test]
    public async Task A_restart_in_the_middle_of_a_stream_of_mails_loses_none()
    {
        var gateway = await StartGatewayAsync();
        var user = await NewUserAsync();
        var third = new TaskCompletionSource();

        var sending = SendAllAsync(gateway, user, sent =>
        {
            if (sent == Mails / 3)
                third.SetResult();
        });
        await third.Task;
        await Server.RestartAsync();
        await sending;

        await AllArriveAsync(await LoginAsync(user));
    }

    /// <summary>A server that is killed may forget what it took in its last seconds.</summary>
    [Test]
    public async Task What_it_took_just_before_it_was_killed_is_sent_again()
    {
        var gateway = await StartGatewayAsync();
        var user = await NewUserAsync();

        // ejabberd would forget the account too: that is nobody's mail.
        await Patience.PassAsync(TimeSpan.FromSeconds(4));
        await SendAllAsync(gateway, user, _ => { });
        await Server.KillAsync();
        await gateway.UnreadyAsync();
        await Server.StartAsync();
        await gateway.ReadyAsync();

        await AllArriveAsync(await LoginAsync(user));
    }

    [Test]
    public async Task Chat_works_again_after_a_restart()
    {
        var gateway = await StartGatewayAsync();
        var user = await NewUserAsync();

        await Server.RestartAsync();
        await gateway.ReadyAsync();
        var alice = await LoginAsync(user);
        alice.SendMessage(Contact("bob@mail.test"), "back again");

        await Sink.MailAsync("back again");
    }

    private static string Word(int number) => $"number-{number:000}.";

    private static async Task SendAllAsync(GatewayProcess gateway, string user, Action<int> progress)
    {
        for (var number = 0; number < Mails; number++)
        {
            progress(number);
            var mail = Text.Mail("bob@mail.test", user, "Count", Word(number));
            Reply? reply = null;
            await Patience.UntilAsync("the mail has an answer", async () =>
            {
                reply = await SmtpConversation.MailAsync(gateway.SmtpPort, "bob@mail.test", user, mail);
                if (reply.Code is < 400 or >= 500)
                    return true;
                // A mail server comes again.
                await Patience.PassAsync(TimeSpan.FromMilliseconds(500));
                return false;
            }, TimeSpan.FromMinutes(1));
            Assert.That(reply!.Code, Is.EqualTo(250), reply.Text);
        }
    }

    /// <summary>What is sent again carries the same id, so a client can see that it is the same message.</summary>
    private static async Task AllArriveAsync(ChatClient alice)
    {
        for (var number = 0; number < Mails; number++)
            await alice.MessageAsync(Word(number));
        foreach (var copies in alice.Messages.GroupBy(message => message.Element("body")!.Value))
            Assert.That(copies.Select(copy => (string?)copy.Attribute("id")).Distinct().Count(), Is.EqualTo(1), copies.Key);
    }
}
