using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Spool;

/// <summary>
/// Where drafts wait whose files are still to be fetched: one queue for each user, so that the slow files of one hold up
/// neither those of another nor any mail to the same next hop.
/// </summary>
public static class FetchQueue
{
    // No domain has a blank in it.
    private const string Prefix = "files of ";

    /// <summary>Of one user at a time.</summary>
    public const int Room = 2;

    public static string Of(Jid user) => Prefix + user.Bare;

    public static bool Includes(string destination) => destination.StartsWith(Prefix, StringComparison.Ordinal);
}
