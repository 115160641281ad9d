using System.Globalization;
using System.Xml.Linq;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>A user's chat client.</summary>
internal sealed class ChatClient(ChatDriver driver, string id, string jid) : IAsyncDisposable
{
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int sent;

    public string Jid => jid;

    public string BareJid => jid[..jid.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>Everything received, without the namespace of the stream.</summary>
    public Inbox<XElement> Received { get; } = new();

    public Task Closed => closed.Task;

    public IEnumerable<XElement> Messages => Received.All.Where(stanza => stanza.Name == "message" && stanza.Element("body") is not null);

    public Task ReadyAsync() => ready.Task.WaitAsync(Patience.Usual);

    public void Send(XElement stanza) => driver.Tell(new { @do = "raw", client = id, xml = stanza.ToString(SaveOptions.DisableFormatting) });

    /// <summary>Sends a chat message and returns its id.</summary>
    public string SendMessage(string to, string body, params XElement[] more)
    {
        var stanzaId = NextId();
        Send(new XElement("message", new XAttribute("to", to), new XAttribute("type", "chat"), new XAttribute("id", stanzaId), new XElement("body", body), more));
        return stanzaId;
    }

    public void SendPresence(string to, string type) => Send(new XElement("presence", new XAttribute("to", to), new XAttribute("type", type)));

    /// <summary>The answer, be it a result or an error.</summary>
    public Task<XElement> QueryAsync(string to, XElement payload, string type = "get", TimeSpan? timeout = null)
    {
        var stanzaId = NextId();
        Send(new XElement("iq", new XAttribute("to", to), new XAttribute("type", type), new XAttribute("id", stanzaId), payload));
        return Received.WaitAsync($"the answer of {to}", stanza => stanza.Name == "iq" && (string?)stanza.Attribute("id") == stanzaId, timeout);
    }

    public Task<XElement> MessageAsync(string containing, TimeSpan? timeout = null) =>
        Received.WaitAsync(
            $"a message with '{containing}'",
            stanza => stanza.Name == "message" && stanza.Element("body")?.Value.Contains(containing, StringComparison.Ordinal) == true && (string?)stanza.Attribute("type") != "error",
            timeout);

    public Task<XElement> ErrorAsync(string stanzaId, TimeSpan? timeout = null) =>
        Received.WaitAsync($"an error for {stanzaId}", stanza => (string?)stanza.Attribute("id") == stanzaId && (string?)stanza.Attribute("type") == "error", timeout);

    public Task<XElement> ReceiptAsync(string stanzaId, TimeSpan? timeout = null) =>
        Received.WaitAsync($"a receipt for {stanzaId}", stanza => IsReceipt(stanza, stanzaId), timeout);

    public Task<XElement> PresenceAsync(string from, string? type, int after = 0) =>
        Received.WaitAsync(
            $"presence {type} from {from}",
            stanza => stanza.Name == "presence" && (string?)stanza.Attribute("type") == type && Text.Bare((string?)stanza.Attribute("from")) == from && Received.All.ToList().IndexOf(stanza) >= after);

    public static bool IsReceipt(XElement stanza, string stanzaId) =>
        (string?)stanza.Element(Names.Receipts + "received")?.Attribute("id") == stanzaId;

    public async Task LogoutAsync()
    {
        if (closed.Task.IsCompleted)
            return;
        driver.Tell(new { @do = "logout", client = id });
        await closed.Task.WaitAsync(Patience.Usual);
    }

    public async ValueTask DisposeAsync() => await LogoutAsync();

    internal void Take(string what, string text)
    {
        switch (what)
        {
            case "ready":
                ready.TrySetResult();
                break;
            case "failed":
                ready.TrySetException(new InvalidOperationException($"{jid}: {text}"));
                break;
            case "closed":
                closed.TrySetResult();
                break;
            default:
                Received.Add(WithoutStreamNamespace(XElement.Parse(text, LoadOptions.PreserveWhitespace)));
                break;
        }
    }

    private static XElement WithoutStreamNamespace(XElement stanza)
    {
        foreach (var element in stanza.DescendantsAndSelf().Where(element => element.Name.NamespaceName == "jabber:client"))
            element.Name = element.Name.LocalName;
        return stanza;
    }

    private string NextId() => $"c{id}-{Interlocked.Increment(ref sent).ToString(CultureInfo.InvariantCulture)}";
}
