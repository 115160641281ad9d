using System.Net;

namespace SmtpTransport.Mail.Smtp;

/// <summary>What a client does over all its connections: a new connection is no new beginning.</summary>
internal sealed class ClientTraffic(SmtpOptions options, TimeProvider time)
{
    private readonly MinuteCount<IPAddress> commands = new(options.CommandsPerMinute, time);
    private readonly MinuteCount<IPAddress> errors = new(SmtpLimits.ErrorsPerMinute, time);

    /// <summary>Counts a command; false when the client has said too many.</summary>
    public bool AllowsCommand(IPAddress client) => IsTrusted(client) || commands.Allows(ClientNetwork.Of(client));

    /// <summary>Counts an error; false when the client makes so many that each is to cost it time.</summary>
    public bool AllowsError(IPAddress client) => IsTrusted(client) || errors.Allows(ClientNetwork.Of(client));

    private bool IsTrusted(IPAddress client) => ClientNetwork.IsIn(options.TrustedNetworks, client);
}
