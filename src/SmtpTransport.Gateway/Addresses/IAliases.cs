namespace SmtpTransport.Gateway.Addresses;

/// <summary>Remembers what a short alias stands for, for local parts that the other network cannot hold.</summary>
public interface IAliases
{
    /// <summary>The full local part, or null when no such alias was ever made.</summary>
    string? Find(string alias);

    /// <summary>Durable when it returns. Rare, so it may block for one disk write.</summary>
    void Remember(string alias, string local);
}
