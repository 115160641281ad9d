using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Accounts;

/// <summary>What is kept of each user, by bare JID.</summary>
public interface IAccounts
{
    /// <summary>The defaults for whoever has set nothing.</summary>
    AccountPreferences Preferences(Jid user);

    Task StoreAsync(Jid user, AccountPreferences preferences);
}
