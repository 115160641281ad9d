using System.Collections.Concurrent;
using System.Xml.Linq;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>Users who write one message after another to a contact, each followed by a ping that shows that it was read.</summary>
/// <param name="kills">How often the gateway has been killed so far.</param>
internal sealed class ChatLoad(string contact, Func<int> kills)
{
    private readonly ConcurrentDictionary<string, string> read = new();
    private readonly ConcurrentDictionary<string, string> refused = new();
    private readonly ConcurrentDictionary<string, string> unanswered = new();
    private volatile bool stopping;
    private Task writers = Task.CompletedTask;
    private int count;

    /// <summary>The words of the messages that the gateway has read and not refused, with who sent them under which id.</summary>
    public IReadOnlyDictionary<string, string> Read => read;

    /// <summary>Answered with an error, by the gateway or by the server in its absence.</summary>
    public ICollection<string> Refused => refused.Keys;

    /// <summary>Neither: what lay in the sockets when the gateway was killed. XEP-0114 has no acknowledgement.</summary>
    public ICollection<string> Unanswered => unanswered.Keys;

    public void Start(params ChatClient[] clients) => writers = Task.WhenAll(clients.Select(client => Task.Run(() => WriteAsync(client))));

    public Task StopAsync()
    {
        stopping = true;
        return writers.WaitAsync(TimeSpan.FromMinutes(1));
    }

    private async Task WriteAsync(ChatClient client)
    {
        while (!stopping)
        {
            var word = $"message-{Interlocked.Increment(ref count)}.";
            var before = kills();
            var id = client.SendMessage(contact, word);
            var fate = await FateAsync(client, id, before);
            // A pong of the next gateway says nothing of what the one before it has read.
            if (fate == read && kills() != before)
                fate = unanswered;
            fate[word] = $"{client.BareJid} {id}";
            if (fate != read)
                // The server bounces without a pause while the gateway is away.
                await Patience.PassAsync(TimeSpan.FromMilliseconds(50));
        }
    }

    private async Task<ConcurrentDictionary<string, string>> FateAsync(ChatClient client, string id, int before)
    {
        var pong = await PongAsync(client, before);
        if (client.Received.Last(50).Any(stanza => (string?)stanza.Attribute("id") == id && (string?)stanza.Attribute("type") == "error"))
            return refused;
        return (string?)pong?.Attribute("type") == "result" ? read : unanswered;
    }

    /// <summary>Null: the ping was lost with the gateway. One that is only slow is waited for, or more than one message would lie in its sockets.</summary>
    private async Task<XElement?> PongAsync(ChatClient client, int before)
    {
        var pong = client.QueryAsync(contact, new XElement(Names.Ping + "ping"), timeout: TimeSpan.FromMinutes(1));
        var killed = false;
        while (!pong.IsCompleted && !killed)
        {
            killed = kills() != before;
            await Task.WhenAny(pong, Patience.PassAsync(TimeSpan.FromSeconds(1)));
        }

        return pong.IsCompleted ? await pong : null;
    }
}
