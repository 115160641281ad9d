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

    [TestCase("Delivery:RecipientsPerDay")]
    [TestCase("Delivery:NewRecipientsPerDay")]
    public async Task What_goes_beyond_the_day_is_answered_with_the_time_to_try_again(string limit)
    {
        await StartGatewayAsync(configuration => configuration[limit] = 2);
        var alice = await NewClientAsync();
        foreach (var name in new[] { "bob", "carol" })
        {
            alice.SendMessage(Contact($"{name}@mail.test"), $"to {name}.");
            await Sink.MailAsync($"to {name}.");
        }

        var (type, condition, words) = Text.Error(await alice.ErrorAsync(alice.SendMessage(Contact("dave@mail.test"), "to dave.")));

        Assert.That((type, condition), Is.EqualTo(("wait", "resource-constraint")));
        Assert.That(words, Does.Match(@"^Not sent: you have written to as many addresses as you may in a day\. Try again in \d+ (second|minute|hour)s?\.$"));
        if (limit == "Delivery:NewRecipientsPerDay")
        {
            alice.SendMessage(Contact("bob@mail.test"), "to bob again.");
            await Sink.MailAsync("to bob again.");
        }

        Assert.That(Sink.Mails.All.Select(mail => mail.Text), Has.None.Contains("to dave."));
    }
}
