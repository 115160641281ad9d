using System.Collections.Concurrent;
using SmtpTransport.Gateway.Addresses;

namespace SmtpTransport.Tests.Support;

internal sealed class FakeAliases : IAliases
{
    private readonly ConcurrentDictionary<string, string> remembered = new();

    public int Count => remembered.Count;

    public string? Find(string alias) => remembered.GetValueOrDefault(alias);

    public void Remember(string alias, string local) =>
        Assert.That(remembered.GetOrAdd(alias, local), Is.EqualTo(local), "one alias, two texts");
}
