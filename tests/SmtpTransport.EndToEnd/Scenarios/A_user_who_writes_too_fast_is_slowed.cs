using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class A_user_who_writes_too_fast_is_slowed(ServerKind server) : Scenario(server)
{
    [Test]
    public async Task What_goes_beyond_the_burst_is_answered_with_an_error()
    {
        await StartGatewayAsync(configuration =>
        {
            configuration["Delivery:MessagesPerHour"] = 10;
            configuration["Delivery:Burst"] = 3;
        });
        var alice = await NewClientAsync();

        var ids = Enumerable.Range(0, 4).Select(number => alice.SendMessage(Contact("bob@mail.test"), $"line {number}.")).ToList();

        var (_, condition, _) = Text.Error(await alice.ErrorAsync(ids[3]));
        Assert.That(condition, Is.EqualTo("resource-constraint"));
        foreach (var number in Enumerable.Range(0, 3))
            await Sink.MailAsync($"line {number}.");
        Assert.That(Sink.Mails.All, Has.Count.EqualTo(3));
    }
}
