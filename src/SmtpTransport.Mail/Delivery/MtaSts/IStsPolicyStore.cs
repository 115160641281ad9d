namespace SmtpTransport.Mail.Delivery.MtaSts;

/// <summary>Policies that were fetched, kept through restarts: who can cut us off for a day must not make us forget (RFC 8461 §10.2).</summary>
public interface IStsPolicyStore
{
    StoredStsPolicy? Find(string domain);

    Task StoreAsync(string domain, StoredStsPolicy policy);
}

/// <param name="Id">Of the TXT record that announced it.</param>
/// <param name="Text">As fetched.</param>
public sealed record StoredStsPolicy(string Id, string Text, DateTimeOffset FetchedAt, DateTimeOffset ExpiresAt);
