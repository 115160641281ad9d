using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Failures;

/// <summary>What both sides are told when our own disk or database fails: always "later", never "no".</summary>
internal static class StorageTrouble
{
    public static SmtpReply Reply(Exception trouble) => IsFull(trouble)
        ? new(452, "4.3.1", "No room on this system at the moment, try again later")
        : new(451, "4.3.0", "Local trouble, try again later");

    public static StanzaError Error(Exception trouble) => new(
        StanzaErrorType.Wait,
        IsFull(trouble) ? "resource-constraint" : "internal-server-error",
        "Not sent: the mail gateway has trouble with its storage. Try again in a few minutes.");

    private static bool IsFull(Exception trouble) =>
        trouble.Message.Contains("full", StringComparison.OrdinalIgnoreCase) || trouble.HResult == NoSpaceLeft;

    // ENOSPC as .NET reports it on Unix.
    private const int NoSpaceLeft = 28;
}
