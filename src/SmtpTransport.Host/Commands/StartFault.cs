using System.Net.Sockets;

namespace SmtpTransport.Host.Commands;

/// <summary>Why the gateway could not start, and what to do about it.</summary>
internal static class StartFault
{
    public static string Explain(Exception fault) => $"Cannot start: {fault.Message} {Cure(fault)}".TrimEnd();

    private static string Cure(Exception fault) => (fault.GetBaseException() as SocketException)?.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse =>
            "Another program listens there (ss -ltnp shows which): stop it, or change Smtp:Listen or Web:Listen.",
        SocketError.AccessDenied =>
            "Ports below 1024 need the capability CAP_NET_BIND_SERVICE (the systemd unit in deploy/ grants it), or change Smtp:Listen or Web:Listen.",
        SocketError.AddressNotAvailable =>
            "This machine has no such address: change Smtp:Listen or Web:Listen.",
        _ => "",
    };
}
