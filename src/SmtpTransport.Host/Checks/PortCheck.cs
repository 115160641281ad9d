using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmtpTransport.Host.Checks;

/// <summary>
/// Whether other servers find us: the addresses of our name answer at port 25, in our name. Asked from here, which is not the
/// same as from outside, so silence is no fault; another server's greeting is.
/// </summary>
/// <param name="port">25, where an MX record leads.</param>
internal sealed class PortCheck(string hostname, int port = 25)
{
    private const int MaxGreeting = 512; // RFC 5321 §4.5.3.1.5
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<Finding> RunAsync(IPAddress address, CancellationToken cancellation)
    {
        var subject = $"Port {port} {address}";
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(Patience);
        try
        {
            var greeting = await GreetingAsync(address, timeout.Token);
            return greeting.Contains(hostname, StringComparison.OrdinalIgnoreCase)
                ? Finding.Ok(subject, greeting)
                : Finding.Fault(subject, $"another server answers: {greeting}", $"Lead port {port} of {address} to Smtp:Listen, or set Smtp:Hostname to the name in that greeting");
        }
        catch (Exception silent) when (silent is SocketException or IOException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return Finding.Advice(
                subject,
                $"nobody answers from here ({(silent is OperationCanceledException ? "silence" : silent.Message)})",
                $"Start the gateway and check again; behind a router that does not lead back inside, ask from another network: nc {hostname} {port}");
        }
    }

    private async Task<string> GreetingAsync(IPAddress address, CancellationToken cancellation)
    {
        using var client = new TcpClient(address.AddressFamily);
        await client.ConnectAsync(address, port, cancellation);
        var octets = new byte[MaxGreeting];
        var length = 0;
        while (length < octets.Length && !octets.AsSpan(0, length).Contains((byte)'\n')
            && await client.GetStream().ReadAsync(octets.AsMemory(length), cancellation) is > 0 and var more)
            length += more;
        return Encoding.ASCII.GetString(octets, 0, length).Split('\n')[0].TrimEnd();
    }
}
