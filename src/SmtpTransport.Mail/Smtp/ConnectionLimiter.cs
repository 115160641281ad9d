using System.Net;

namespace SmtpTransport.Mail.Smtp;

/// <summary>Counts open connections: all of them, and those of each client (IPv6: each /64, which is one customer's).</summary>
internal sealed class ConnectionLimiter(int most, int mostPerClient)
{
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, int> clients = [];
    private int open;

    /// <summary>A place, to be given back by disposing it; null when all are taken.</summary>
    public Place? TryEnter()
    {
        lock (gate)
        {
            if (open >= most)
                return null;
            open++;
            return new Place(() => open--, gate);
        }
    }

    /// <inheritdoc cref="TryEnter()"/>
    public Place? TryEnter(IPAddress address)
    {
        var client = ClientNetwork.Of(address);
        lock (gate)
        {
            var count = clients.GetValueOrDefault(client);
            if (count >= mostPerClient)
                return null;
            clients[client] = count + 1;
            return new Place(() => Leave(client), gate);
        }
    }

    private void Leave(IPAddress client)
    {
        if (--clients[client] == 0)
            clients.Remove(client);
    }

    internal sealed class Place(Action leave, Lock gate) : IDisposable
    {
        public void Dispose()
        {
            lock (gate)
                leave();
        }
    }
}
