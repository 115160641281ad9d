using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MimeKit;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>A mail server that keeps what it gets, and misbehaves on demand.</summary>
internal sealed class MailSink : IAsyncDisposable
{
    private readonly Acceptor clients;
    private readonly List<SinkRule> rules = [];
    private readonly ConcurrentDictionary<Stream, bool> connections = [];

    public MailSink() => clients = new Acceptor(Loopback.Listen(), ServeAsync);

    public int Port => clients.Port;

    /// <summary>With one, STARTTLS is offered.</summary>
    public X509Certificate2? Certificate { get; init; }

    public string Extensions { get; init; } = "PIPELINING 8BITMIME SMTPUTF8 ENHANCEDSTATUSCODES DSN SIZE=50000000";

    public Inbox<SinkMail> Mails { get; } = new();

    /// <summary>
    /// The first rule that fits a command answers it: GREETING before all, EHLO, STARTTLS, MAIL, RCPT, DATA, CONTENT when it has said 354, DOT for the end of a mail.
    /// </summary>
    public SinkRule Answer(string command, string reply, int times = int.MaxValue, string containing = "", bool drop = false, bool octetByOctet = false)
    {
        var rule = new SinkRule(command, containing, reply, drop) { Left = times, OctetByOctet = octetByOctet };
        lock (rules)
            rules.Add(rule);
        return rule;
    }

    public void Forgive()
    {
        lock (rules)
            rules.Clear();
    }

    /// <summary>Closes all connections that are open now.</summary>
    public void HangUp()
    {
        foreach (var connection in connections.Keys)
            connection.Close();
    }

    public Task<SinkMail> MailAsync(string containing, TimeSpan? timeout = null) =>
        Mails.WaitAsync($"a mail with '{containing}'", mail => mail.Text.Contains(containing, StringComparison.Ordinal), timeout);

    public ValueTask DisposeAsync() => clients.DisposeAsync();

    private async Task ServeAsync(Stream stream, CancellationToken cancellation)
    {
        connections[stream] = true;
        try
        {
            await new SinkSession(this, stream).RunAsync(cancellation);
        }
        finally
        {
            connections.TryRemove(stream, out _);
        }
    }

    private SinkRule? Match(string command, string argument)
    {
        lock (rules)
        {
            var rule = rules.Find(rule => rule.Left > 0 && rule.Command == command && argument.Contains(rule.Containing, StringComparison.OrdinalIgnoreCase));
            if (rule is not null)
                rule.Left--;
            return rule;
        }
    }

    private sealed class SinkSession(MailSink sink, Stream stream)
    {
        private readonly List<string> recipients = [];
        private string? sender;
        private bool secure;
        private LineReader lines = new(stream);

        public async Task RunAsync(CancellationToken cancellation)
        {
            var greeting = await AnswerAsync("GREETING", "", cancellation);
            if (greeting is null)
                await SayAsync("220 sink.mail.test ESMTP", cancellation);
            while (greeting is not { Drop: true } && await lines.ReadAsync(cancellation) is { } line)
            {
                var command = Encoding.UTF8.GetString(line);
                var verb = command.Split(' ', ':')[0].ToUpperInvariant();
                if (await AnswerAsync(verb, command, cancellation) is { } rule)
                {
                    if (rule.Drop)
                        return;
                    continue;
                }

                switch (verb)
                {
                    case "EHLO":
                        Reset();
                        await SayAsync(Greeting(), cancellation);
                        break;
                    case "STARTTLS" when sink.Certificate is { } certificate:
                        await SayAsync("220 2.0.0 Go ahead", cancellation);
                        var tls = new SslStream(stream);
                        await tls.AuthenticateAsServerAsync(certificate, false, false);
                        stream = tls;
                        lines = new LineReader(tls);
                        secure = true;
                        break;
                    case "MAIL":
                        Reset();
                        sender = Path(command);
                        await SayAsync("250 2.1.0 Ok", cancellation);
                        break;
                    case "RCPT":
                        recipients.Add(Path(command));
                        await SayAsync("250 2.1.5 Ok", cancellation);
                        break;
                    case "DATA":
                        if (!await TakeAsync(cancellation))
                            return;
                        break;
                    case "QUIT":
                        await SayAsync("221 2.0.0 Bye", cancellation);
                        return;
                    default:
                        Reset();
                        await SayAsync("250 2.0.0 Ok", cancellation);
                        break;
                }
            }
        }

        private async Task<bool> TakeAsync(CancellationToken cancellation)
        {
            await SayAsync("354 Go on", cancellation);
            if (await AnswerAsync("CONTENT", "", cancellation) is { Drop: true })
                return false;
            using var content = new MemoryStream();
            while (await lines.ReadAsync(cancellation) is { } line)
            {
                if (line is [(byte)'.'])
                {
                    var mail = new SinkMail(sender ?? "", [.. recipients], content.ToArray(), secure);
                    if (await AnswerAsync("DOT", mail.Text, cancellation) is { } rule)
                    {
                        if (rule.Drop)
                            return false;
                    }
                    else
                    {
                        sink.Mails.Add(mail);
                        await SayAsync("250 2.0.0 Ok: taken", cancellation);
                    }

                    Reset();
                    return true;
                }

                content.Write(line is [(byte)'.', .. var rest] ? rest : line);
                content.Write("\r\n"u8);
            }

            return false;
        }

        /// <summary>What a rule says, if there is one.</summary>
        private async Task<SinkRule?> AnswerAsync(string command, string argument, CancellationToken cancellation)
        {
            var rule = sink.Match(command, argument);
            if (rule is { Reply.Length: > 0 })
                await SayAsync(rule.Reply, cancellation, rule.OctetByOctet ? 1 : int.MaxValue);
            return rule;
        }

        private string Greeting()
        {
            string[] words = [.. sink.Extensions.Split(' ').Select(word => word.Replace('=', ' ')), .. sink.Certificate is null || secure ? [] : new[] { "STARTTLS" }];
            return string.Join("\r\n", ["250-sink.mail.test", .. words[..^1].Select(word => "250-" + word), "250 " + words[^1]]);
        }

        private static string Path(string command) => command[(command.IndexOf('<', StringComparison.Ordinal) + 1)..command.LastIndexOf('>')];

        private void Reset()
        {
            sender = null;
            recipients.Clear();
        }

        private async Task SayAsync(string text, CancellationToken cancellation, int atOnce = int.MaxValue)
        {
            foreach (var octets in Encoding.UTF8.GetBytes(text + "\r\n").Chunk(atOnce))
                await stream.WriteAsync(octets, cancellation);
        }
    }
}

/// <param name="Reply">Said instead of the usual answer; empty: nothing is said.</param>
/// <param name="Drop">Closes the connection then.</param>
internal sealed record SinkRule(string Command, string Containing, string Reply, bool Drop)
{
    public int Left { get; set; }

    public bool OctetByOctet { get; init; }
}

/// <summary>A mail as the sink took it.</summary>
internal sealed record SinkMail(string Sender, IReadOnlyList<string> Recipients, byte[] Content, bool Secure)
{
    public string Text { get; } = Encoding.UTF8.GetString(Content);

    public MimeMessage Parse() => MimeMessage.Load(new MemoryStream(Content));

    public override string ToString() => $"<{Sender}> -> {string.Join(", ", Recipients)}\n{Text}";
}
