using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class Twenty_large_mails_at_once(ServerKind server) : Scenario(server)
{
    private const int Mails = 20;

    [Test]
    public async Task All_arrive_and_memory_stays_small()
    {
        var gateway = await StartGatewayAsync();
        var alice = await NewClientAsync();
        var attachment = string.Concat(Enumerable.Repeat(new string('A', 76) + "\r\n", 20_000_000 / 78));

        var replies = await Task.WhenAll(Enumerable.Range(0, Mails).Select(number =>
            SmtpConversation.MailAsync(gateway.SmtpPort, "bob@mail.test", alice.BareJid, Mail(alice.BareJid, $"large {number}.", attachment))));

        Assert.That(replies.Select(reply => reply.Code), Is.All.EqualTo(250), string.Join('\n', replies.Select(reply => reply.Text)));
        for (var number = 0; number < Mails; number++)
        {
            var message = await alice.MessageAsync($"large {number}.");
            Assert.That(message.Element("body")!.Value, Does.Contain("plan.bin"), "The attachment is named.");
        }

        Assert.That(gateway.Memory() / 1_000_000, Is.LessThanOrEqualTo(300), "megabytes at the most");
    }

    [Test]
    public async Task One_that_is_too_large_is_refused_by_its_announcement()
    {
        var gateway = await StartGatewayAsync();
        await using var connection = await SmtpConversation.OpenAsync(gateway.SmtpPort);

        var reply = await connection.SayAsync("MAIL FROM:<bob@mail.test> SIZE=26214401");

        Assert.That(reply.Text, Does.StartWith("552 5.3.4"));
    }

    private static string Mail(string to, string text, string attachment) =>
        $"From: bob@mail.test\r\nTo: {to}\r\nSubject: Large\r\nMessage-ID: <{Text.Unique()}@mail.test>\r\nMIME-Version: 1.0\r\n" +
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n" +
        $"--b\r\nContent-Type: text/plain\r\n\r\n{text}\r\n" +
        $"--b\r\nContent-Type: application/octet-stream; name=plan.bin\r\nContent-Disposition: attachment; filename=plan.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n{attachment}--b--\r\n";
}
