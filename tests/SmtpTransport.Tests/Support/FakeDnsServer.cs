using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmtpTransport.Tests.Support;

/// <summary>A name server on a loopback port, UDP and TCP (RFC 1035 §4). What it was not told of is NXDOMAIN.</summary>
internal sealed class FakeDnsServer : IAsyncDisposable
{
    private readonly Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly TcpListener tcp;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<(string Name, DnsType Type), DnsReply> replies = [];
    private readonly Task serving;
    private (byte[] Answer, EndPoint Asker)? late;

    public FakeDnsServer()
    {
        // TCP picks the port; that UDP has it free as well is as good as certain.
        tcp = new TcpListener(IPAddress.Loopback, 0);
        tcp.Start();
        EndPoint = (IPEndPoint)tcp.LocalEndpoint;
        udp.Bind(EndPoint);
        serving = Task.WhenAll(ServeUdpAsync(), ServeTcpAsync());
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>What becomes of every answer on its way.</summary>
    public Func<byte[], byte[]>? Forge { get; set; }

    /// <summary>Over UDP an answer goes out when the next question has come.</summary>
    public bool IsLate { get; set; }

    /// <summary>Over TCP it takes questions, and says nothing.</summary>
    public bool IsTcpSilent { get; set; }

    /// <summary>As "MX mail.test udp".</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    public FakeDnsServer With(string name, DnsType type, DnsReply reply)
    {
        replies[(name, type)] = reply;
        return this;
    }

    public FakeDnsServer With(string name, DnsType type, params byte[][] records) => With(name, type, new DnsReply(records));

    public void RefuseTcp() => tcp.Stop();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        udp.Dispose();
        tcp.Dispose();
        await serving;
    }

    public static byte[] Name(string name) =>
        [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];

    public static byte[] Mx(int preference, string host) => [(byte)(preference >> 8), (byte)preference, .. Name(host)];

    public static byte[] Address(string address) => IPAddress.Parse(address).GetAddressBytes();

    public static byte[] Txt(params string[] strings) =>
        [.. strings.SelectMany(text => (byte[])[(byte)text.Length, .. Encoding.ASCII.GetBytes(text)])];

    private async Task ServeUdpAsync()
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var got = await udp.ReceiveFromAsync(buffer, EndPoint, stop.Token);
                if (late is var (before, asker))
                    await udp.SendToAsync(before, asker, stop.Token);
                late = null;
                if (Answer(buffer.AsSpan(0, got.ReceivedBytes), "udp") is not { } answer)
                    continue;
                if (IsLate)
                    late = (answer, got.RemoteEndPoint);
                else
                    await udp.SendToAsync(answer, got.RemoteEndPoint, stop.Token);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private async Task ServeTcpAsync()
    {
        var length = new byte[2];
        try
        {
            while (true)
            {
                using var client = await tcp.AcceptTcpClientAsync(stop.Token);
                var stream = client.GetStream();
                await stream.ReadExactlyAsync(length, stop.Token);
                var question = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(question, stop.Token);
                if (Answer(question, "tcp") is not { } answer)
                    continue;
                if (IsTcpSilent)
                    await stream.CopyToAsync(Stream.Null, stop.Token);
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)answer.Length);
                await stream.WriteAsync((byte[])[.. length, .. answer], stop.Token);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or InvalidOperationException or IOException)
        {
            // Stopped.
        }
    }

    private byte[]? Answer(ReadOnlySpan<byte> query, string over)
    {
        var end = 12;
        var labels = new List<string>();
        while (query[end] > 0)
        {
            labels.Add(Encoding.ASCII.GetString(query.Slice(end + 1, query[end])));
            end += query[end] + 1;
        }

        var name = string.Join('.', labels).ToLowerInvariant();
        var type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(query[(end + 1)..]);
        Asked.Enqueue($"{type} {name} {over}");
        var reply = replies.GetValueOrDefault((name, type)) ?? new DnsReply([])
        {
            Code = replies.Keys.Any(key => key.Name == name) ? 0 : 3,
        };
        if (reply.Silent)
            return null;
        var answer = reply.Garbage ?? reply.Write(query[..2], query[12..(end + 5)], type, over == "udp");
        return Forge?.Invoke(answer) ?? answer;
    }
}

internal enum DnsType
{
    A = 1,
    CNAME = 5,
    PTR = 12,
    MX = 15,
    TXT = 16,
    AAAA = 28,
}

/// <param name="Records">The data of each record, of the type that was asked for.</param>
internal sealed record DnsReply(IReadOnlyList<byte[]> Records)
{
    /// <summary>0 fine, 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED.</summary>
    public int Code { get; init; }

    public int Ttl { get; init; } = 300;

    public bool Authentic { get; init; }

    /// <summary>Over UDP nothing but TC is said.</summary>
    public bool Truncated { get; init; }

    public bool Silent { get; init; }

    public byte[]? Garbage { get; init; }

    /// <summary>The records belong to this name, to which a CNAME leads.</summary>
    public string? Alias { get; init; }

    public byte[] Write(ReadOnlySpan<byte> id, ReadOnlySpan<byte> question, DnsType type, bool udp)
    {
        var cut = Truncated && udp;
        var count = cut ? 0 : Records.Count + (Alias is null ? 0 : 1);
        var message = new List<byte>([.. id, (byte)(0x81 | (cut ? 2 : 0)), (byte)(0x80 | (Authentic ? 0x20 : 0) | Code), 0, 1, (byte)(count >> 8), (byte)count, 0, 0, 0, 0, .. question]);
        if (cut)
            return [.. message];
        byte[] owner = [0xc0, 12];
        if (Alias is not null)
        {
            message.AddRange(Record(owner, DnsType.CNAME, FakeDnsServer.Name(Alias)));
            owner = FakeDnsServer.Name(Alias);
        }

        foreach (var data in Records)
            message.AddRange(Record(owner, type, data));
        return [.. message];
    }

    private byte[] Record(byte[] owner, DnsType type, byte[] data) =>
    [
        .. owner, 0, (byte)type, 0, 1, (byte)(Ttl >> 24), (byte)(Ttl >> 16), (byte)(Ttl >> 8), (byte)Ttl,
        (byte)(data.Length >> 8), (byte)data.Length, .. data,
    ];
}
