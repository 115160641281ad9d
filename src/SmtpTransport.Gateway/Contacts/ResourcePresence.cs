using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Contacts;

/// <summary>Which clients are known to be online. Not being listed means nothing: users need not show us their presence.</summary>
public sealed class ResourcePresence(AddressMap addresses)
{
    /// <summary>Beyond this, newcomers stay unknown.</summary>
    internal const int MaxResources = 100_000;

    private readonly Lock gate = new();
    private readonly Dictionary<Jid, HashSet<string>> online = [];
    private int count;

    public bool IsOnline(Jid resource)
    {
        lock (gate)
            return online.TryGetValue(resource.Bare, out var resources) && resources.Contains(resource.Resource);
    }

    internal void Available(Jid resource)
    {
        if (resource.IsBare || !addresses.MaySend(resource))
            return;
        lock (gate)
        {
            if (count >= MaxResources)
                return;
            if (!online.TryGetValue(resource.Bare, out var resources))
                online[resource.Bare] = resources = [];
            if (resources.Add(resource.Resource))
                count++;
        }
    }

    /// <summary>One client, or with a bare JID all of the user's.</summary>
    internal void Unavailable(Jid jid)
    {
        lock (gate)
        {
            if (!online.TryGetValue(jid.Bare, out var resources))
                return;
            count -= jid.IsBare ? resources.Count : resources.Remove(jid.Resource) ? 1 : 0;
            if (jid.IsBare || resources.Count == 0)
                online.Remove(jid.Bare);
        }
    }

    internal void Clear()
    {
        lock (gate)
        {
            online.Clear();
            count = 0;
        }
    }
}
