using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>A name server over UDP that knows MX, A, PTR, TXT and SRV records, and nothing else (RFC 1035).</summary>
internal sealed class FakeDns : IAsyncDisposable
{
    private const ushort TypeA = 1;
    private const ushort TypePtr = 12;
    private const ushort TypeMx = 15;
    private const ushort TypeTxt = 16;
    private const ushort TypeSrv = 33;

    private readonly UdpClient socket = Loopback.ListenForDatagrams();
    private readonly Dictionary<(string Name, ushort Type), byte[]> records = [];
    private readonly Task serving;

    public FakeDns() => serving = ServeAsync();

    public int Port => ((IPEndPoint)socket.Client.LocalEndPoint!).Port;

    /// <summary>What becomes of the answer to a question; null: there is none.</summary>
    public Func<string, byte[], byte[]?> Fault { get; set; } = NoFault;

    public static byte[]? NoFault(string name, byte[] answer) => answer;

    public void AddAddress(string name, IPAddress address) => Add(name, TypeA, address.GetAddressBytes());

    /// <summary>ASCII, in strings of at most 255 octets (RFC 1035 §3.3.14).</summary>
    public void AddText(string name, string text) =>
        Add(name, TypeTxt, [.. Encoding.ASCII.GetBytes(text).Chunk(255).SelectMany(part => (byte[])[(byte)part.Length, .. part])]);

    /// <param name="address">IPv4.</param>
    public void AddPointer(IPAddress address, string name) => Add(string.Join('.', address.GetAddressBytes().Reverse()) + ".in-addr.arpa", TypePtr, Encode(name));

    public void AddExchange(string domain, string host) => Add(domain, TypeMx, [0, 10, .. Encode(host)]);

    /// <summary>Where other XMPP servers find this one (RFC 6120 §3.2.1): here. ejabberd asks the machine itself for the address.</summary>
    public void AddXmppServer(string domain, int port) =>
        Add($"_xmpp-server._tcp.{domain}", TypeSrv, [0, 10, 0, 0, (byte)(port >> 8), (byte)port, .. Encode("localhost")]);

    /// <summary>RFC 7505: this domain takes no mail.</summary>
    public void AddNullExchange(string domain) => Add(domain, TypeMx, [0, 0, 0]);

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        await serving;
    }

    private void Add(string name, ushort type, byte[] data)
    {
        lock (records)
            records[(name, type)] = data;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var query = await socket.ReceiveAsync();
                if (Fault(Decode(query.Buffer, 12).Name, Answer(query.Buffer)) is { } answer)
                    await socket.SendAsync(answer, query.RemoteEndPoint);
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // The scenario is over.
        }
    }

    private byte[] Answer(byte[] query)
    {
        var (name, end) = Decode(query, 12);
        var type = BinaryPrimitives.ReadUInt16BigEndian(query.AsSpan(end));
        byte[]? data;
        bool known;
        lock (records)
        {
            records.TryGetValue((name, type), out data);
            known = records.Keys.Any(key => key.Name == name);
        }

        // Header: the query's id, "response, authoritative, recursion available", NXDOMAIN for a name without records.
        byte[] header = [query[0], query[1], 0x85, (byte)(known ? 0x80 : 0x83), 0, 1, 0, (byte)(data is null ? 0 : 1), 0, 0, 0, 0];
        byte[] record = data is null ? [] : [0xC0, 12, 0, (byte)type, 0, 1, 0, 0, 0, 1, (byte)(data.Length >> 8), (byte)data.Length, .. data];
        return [.. header, .. query.AsSpan(12, end + 4 - 12), .. record];
    }

    private static (string Name, int End) Decode(byte[] message, int position)
    {
        var labels = new List<string>();
        while (message[position] != 0)
        {
            labels.Add(Encoding.ASCII.GetString(message, position + 1, message[position]));
            position += message[position] + 1;
        }

        return (string.Join('.', labels).ToLowerInvariant(), position + 1);
    }

    private static byte[] Encode(string name) =>
        [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];
}
