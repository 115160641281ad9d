using System.Net;
using System.Net.Sockets;
using SmtpTransport.Host.Configuration;
using SmtpTransport.Host.Endpoints;

namespace SmtpTransport.Tests.Host.Endpoints;

internal sealed class ListenSocketTests
{
    private static readonly IPEndPoint Web = new(IPAddress.Loopback, 1);

    [SetUp]
    public void This_machine_speaks_IPv6() => Assume.That(Socket.OSSupportsIPv6);

    [Test]
    public void Both_families_may_listen_at_one_port()
    {
        using var four = ListenSocket.Bind(new IPEndPoint(IPAddress.Any, 0), new Listeners([], Web, null));
        var (any4, any6) = (new IPEndPoint(IPAddress.Any, Port(four)), new IPEndPoint(IPAddress.IPv6Any, Port(four)));

        using var six = ListenSocket.Bind(any6, new Listeners([any4, any6], Web, null));

        Assert.That(six.DualMode, Is.False);
    }

    [Test]
    public void Alone_IPv6_takes_IPv4_too()
    {
        var any6 = new IPEndPoint(IPAddress.IPv6Any, 0);

        using var six = ListenSocket.Bind(any6, new Listeners([any6], Web, null));

        Assert.That(six.DualMode, Is.True);
    }

    private static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
