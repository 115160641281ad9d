using System.Collections.Concurrent;
using System.Net;

namespace SmtpTransport.Mail.Reputation;

/// <summary>What was found out about clients, for a while. One look-up serves all who ask meanwhile.</summary>
internal sealed class ClientMemory<T>(TimeSpan memory, TimeProvider time)
{
    private const int MaxRemembered = 20_000;

    private readonly ConcurrentDictionary<IPAddress, (Task<T> Lookup, TimeSpan Until)> remembered = [];

    /// <param name="look">Never fails.</param>
    public Task<T> FindAsync(IPAddress client, Func<IPAddress, Task<T>> look)
    {
        var now = time.Steady();
        if (remembered.TryGetValue(client, out var known) && known.Until > now)
            return known.Lookup;
        if (remembered.Count >= MaxRemembered)
            remembered.Clear();
        var lookup = look(client);
        remembered[client] = (lookup, now + memory);
        return lookup;
    }
}
