using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Support;

internal sealed class FakeSubscriptions : ISubscriptions
{
    private readonly SortedSet<(string User, string Contact)> pairs = [];

    /// <summary>Disk writes.</summary>
    public int Writes { get; private set; }

    public Task AddAsync(Jid user, Jid contact, CancellationToken cancellation)
    {
        Assert.That(user.IsBare && contact.IsBare, Is.True);
        pairs.Add((user.ToString(), contact.ToString()));
        Writes++;
        return Task.CompletedTask;
    }

    public Task RemoveAsync(Jid user, Jid contact, CancellationToken cancellation)
    {
        pairs.Remove((user.ToString(), contact.ToString()));
        Writes++;
        return Task.CompletedTask;
    }

    public bool Contains(Jid user, Jid contact) => pairs.Contains((user.ToString(), contact.ToString()));

    public async IAsyncEnumerable<(Jid User, Jid Contact)> AllAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var (user, contact) in pairs.ToArray())
        {
            cancellation.ThrowIfCancellationRequested();
            yield return (Jid.Parse(user), Jid.Parse(contact));
        }
        await Task.CompletedTask;
    }
}
