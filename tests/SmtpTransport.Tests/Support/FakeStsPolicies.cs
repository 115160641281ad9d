using System.Collections.Concurrent;
using SmtpTransport.Mail.Delivery.MtaSts;

namespace SmtpTransport.Tests.Support;

/// <summary>Policies in memory.</summary>
internal sealed class FakeStsPolicies : IStsPolicyStore
{
    public ConcurrentDictionary<string, StoredStsPolicy> Stored { get; } = new(StringComparer.OrdinalIgnoreCase);

    public StoredStsPolicy? Find(string domain) => Stored.GetValueOrDefault(domain);

    public Task StoreAsync(string domain, StoredStsPolicy policy)
    {
        Stored[domain] = policy;
        return Task.CompletedTask;
    }
}
