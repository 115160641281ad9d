using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Failures;

/// <summary>What both sides are told when our own disk or database fails: always "later", never "no".</summary>
internal static class StorageTrouble
{
    public static SmtpReply Full { get; } = new(452, "4.3.1", "No room on this system at the moment, try again later");

    public static SmtpReply Reply(Exception trouble) => trouble is StorageFullException ? Full : new(451, "4.3.0", "Local trouble, try again later");

    public static StanzaError Error(Exception trouble) => new(
        StanzaErrorType.Wait,
        trouble is StorageFullException ? "resource-constraint" : "internal-server-error",
        "Not sent: the mail gateway has trouble with its storage. Try again in a few minutes.");
}
