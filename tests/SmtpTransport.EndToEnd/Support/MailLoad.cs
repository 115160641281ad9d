using System.Collections.Concurrent;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>Mail servers that send one mail after another to one user, and come again with each until they have its 250.</summary>
internal sealed class MailLoad(int port, string recipient)
{
    /// <summary>A handshake that a kill cuts off leaves its client waiting for a greeting that nobody will send.</summary>
    private static readonly TimeSpan LongestAttempt = TimeSpan.FromSeconds(40);

    private readonly ConcurrentDictionary<string, string> taken = new();
    private readonly ConcurrentDictionary<string, bool> unanswered = new();
    private volatile bool stopping;
    private Task senders = Task.CompletedTask;
    private int count;

    /// <summary>The words of the mails that were answered with 250, and the answer.</summary>
    public IReadOnlyDictionary<string, string> Taken => taken;

    /// <summary>The words of the mails whose final dot was once written without an answer coming back.</summary>
    public ICollection<string> Unanswered => unanswered.Keys;

    public void Start(int number) => senders = Task.WhenAll(Enumerable.Range(0, number).Select(_ => Task.Run(SendAsync)));

    /// <summary>Every mail that was begun gets its 250 first.</summary>
    public Task StopAsync()
    {
        stopping = true;
        return senders.WaitAsync(TimeSpan.FromMinutes(1));
    }

    private async Task SendAsync()
    {
        while (!stopping)
        {
            var word = $"mail-{Interlocked.Increment(ref count)}.";
            var mail = Text.Mail("bob@mail.test", recipient, "Load", word);
            await Patience.UntilAsync($"{word} is taken", () => TryAsync(word, mail), TimeSpan.FromMinutes(2));
        }
    }

    private async Task<bool> TryAsync(string word, string mail)
    {
        var written = false;
        try
        {
            return await SayAsync().WaitAsync(LongestAttempt);
        }
        catch (Exception broken) when (broken is IOException or System.Net.Sockets.SocketException or TimeoutException)
        {
            if (written)
                unanswered[word] = true;
            return false;
        }

        async Task<bool> SayAsync()
        {
            await using var connection = await SmtpConversation.OpenAsync(port);
            await connection.SayAsync("MAIL FROM:<bob@mail.test>");
            await connection.SayAsync($"RCPT TO:<{recipient}>");
            if ((await connection.SayAsync("DATA")).Code != 354)
                return false;
            await connection.WriteContentAsync(mail);
            written = true;
            var reply = await connection.ReadAsync();
            if (reply.Code == 250)
                taken[word] = reply.Text;
            return reply.Code == 250;
        }
    }
}
