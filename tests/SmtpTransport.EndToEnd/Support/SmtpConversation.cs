using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>A mail client that says exactly what a scenario wants, byte by byte.</summary>
internal sealed class SmtpConversation : IAsyncDisposable
{
    private readonly TcpClient socket;
    private Stream stream;
    private StreamReader reader;

    private SmtpConversation(TcpClient socket)
    {
        this.socket = socket;
        stream = socket.GetStream();
        reader = NewReader(stream);
    }

    /// <summary>Connected and greeted, EHLO said.</summary>
    public static async Task<SmtpConversation> OpenAsync(int port, string helo = "client.mail.test")
    {
        var conversation = await ConnectAsync(port);
        await conversation.ReadAsync();
        await conversation.SayAsync($"EHLO {helo}");
        return conversation;
    }

    public static async Task<SmtpConversation> ConnectAsync(int port)
    {
        var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new SmtpConversation(socket);
    }

    /// <summary>One mail on a connection of its own; the reply that decided its fate.</summary>
    public static async Task<Reply> MailAsync(int port, string from, string to, string mail, string mailParameters = "")
    {
        await using var conversation = await OpenAsync(port);
        var reply = await conversation.MailAsync(from, [to], mail, mailParameters);
        await conversation.SayAsync("QUIT");
        return reply;
    }

    /// <summary>MAIL, RCPTs, DATA and the mail; stops at the first refusal.</summary>
    public async Task<Reply> MailAsync(string from, IReadOnlyList<string> to, string mail, string mailParameters = "")
    {
        var reply = await SayAsync($"MAIL FROM:<{from}> {mailParameters}".TrimEnd());
        foreach (var recipient in to)
        {
            if (!reply.IsPositive)
                return reply;
            reply = await SayAsync($"RCPT TO:<{recipient}>");
        }

        if (!reply.IsPositive)
            return reply;
        reply = await SayAsync("DATA");
        return reply.Code == 354 ? await ContentAsync(mail) : reply;
    }

    public async Task<Reply> SayAsync(string line)
    {
        await WriteAsync(line + "\r\n");
        return await ReadAsync();
    }

    /// <summary>Dot-stuffed, with the final dot.</summary>
    public async Task<Reply> ContentAsync(string mail)
    {
        await WriteContentAsync(mail);
        return await ReadAsync();
    }

    public Task WriteContentAsync(string mail)
    {
        var stuffed = ("\r\n" + mail).Replace("\r\n.", "\r\n..", StringComparison.Ordinal)[2..];
        return WriteAsync(stuffed.EndsWith("\r\n", StringComparison.Ordinal) ? stuffed + ".\r\n" : stuffed + "\r\n.\r\n");
    }

    public Task WriteAsync(string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();

    public async Task<Reply> ReadAsync()
    {
        var lines = new List<string>();
        while (true)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
            var line = await reader.ReadLineAsync(patience.Token) ?? throw new IOException($"The server closed the connection after: {string.Join('\n', lines)}");
            lines.Add(line);
            if (line.Length < 4 || line[3] == ' ')
                return new Reply(int.Parse(line.AsSpan(0, 3), CultureInfo.InvariantCulture), lines);
        }
    }

    public async Task<bool> IsClosedAsync()
    {
        using var patience = new CancellationTokenSource(Patience.Usual);
        try
        {
            return await reader.ReadLineAsync(patience.Token) is null;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public async Task<SslStream> StartTlsAsync()
    {
        var reply = await SayAsync("STARTTLS");
        if (reply.Code != 220)
            throw new InvalidOperationException(reply.Text);
        // The certificate is the scenario's own.
        var tls = new SslStream(stream, leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        await tls.AuthenticateAsClientAsync("mx.test");
        stream = tls;
        reader = NewReader(tls);
        return tls;
    }

    public ValueTask DisposeAsync()
    {
        reader.Dispose();
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private static StreamReader NewReader(Stream stream) => new(stream, new UTF8Encoding(false), detectEncodingFromByteOrderMarks: false, leaveOpen: true);
}
