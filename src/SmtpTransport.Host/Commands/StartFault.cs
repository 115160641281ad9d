using System.Data.Common;
using System.Net.Sockets;
using SmtpTransport.Gateway.Storage;

namespace SmtpTransport.Host.Commands;

/// <summary>What an operator can cure when a command cannot do its work.</summary>
internal static class StartFault
{
    /// <summary>Null for what only we can cure.</summary>
    public static string? Explain(Exception fault) => fault switch
    {
        StorageUnusableException => fault.Message,
        DbException => $"Cannot use the database: {fault.Message} Storage names its file; that file and its directory must exist and be writable for us.",
        IOException { InnerException: SocketException socket } => $"Cannot start: {fault.Message} {Cure(socket.SocketErrorCode)}".TrimEnd(),
        _ when fault.GetBaseException() is SocketException { SocketErrorCode: var error } && Cure(error).Length > 0 => $"Cannot start: {fault.Message} {Cure(error)}",
        _ => null,
    };

    private static string Cure(SocketError error) => error switch
    {
        SocketError.AddressAlreadyInUse =>
            "Another program listens there (ss -ltnp shows which): stop it, or change Smtp:Listen or Web:Listen.",
        SocketError.AccessDenied =>
            "Ports below 1024 need the capability CAP_NET_BIND_SERVICE (the systemd unit in deploy/ grants it), or change Smtp:Listen or Web:Listen.",
        SocketError.AddressNotAvailable =>
            "This machine has no such address: change Smtp:Listen or Web:Listen.",
        SocketError.AddressFamilyNotSupported =>
            "This machine speaks no IPv6: take such addresses out of Smtp:Listen and Web:Listen.",
        _ => "",
    };
}
