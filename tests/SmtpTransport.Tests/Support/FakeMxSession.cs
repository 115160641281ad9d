using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace SmtpTransport.Tests.Support;

/// <summary>One conversation of a <see cref="FakeMx"/>.</summary>
internal sealed class FakeMxSession(FakeMx mx, Stream stream, CancellationToken stop)
{
    private readonly byte[] buffer = new byte[8192];
    private int begin;
    private int end;
    private int accepted;
    private bool secure = mx.ImplicitTls;
    private bool over;

    public static async Task<SslStream> SecureAsync(Stream stream, FakeMx mx, CancellationToken stop)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(mx.Certificate!, mx.Intermediates, offline: true),
        }, stop);
        return tls;
    }

    public async Task RunAsync()
    {
        await AnswerAsync("banner", "", $"220 {mx.Name} ESMTP");
        while (!over && await LineAsync() is { } line)
        {
            mx.Note(line);
            await CommandAsync(line, line.Split(' ')[0].ToLowerInvariant());
        }
    }

    private async Task CommandAsync(string line, string verb)
    {
        switch (verb)
        {
            case "ehlo":
                await AnswerAsync(verb, line, Ehlo());
                break;
            case "mail":
                accepted = 0;
                await AnswerAsync(verb, line, "250 2.1.0 Ok");
                break;
            case "rcpt":
                if (await AnswerAsync(verb, line, "250 2.1.5 Ok") is '2')
                    accepted++;
                break;
            case "data":
                if (await AnswerAsync(verb, line, accepted > 0 ? "354 Go ahead" : "554 5.5.1 No valid recipients") is '3')
                    await EndAsync(await DataAsync());
                break;
            case "bdat":
                var octets = await OctetsAsync(int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
                if (await AnswerAsync(verb, line, null) is '\0')
                    await EndAsync(octets);
                break;
            case "starttls" when mx.Certificate is not null:
                if (await AnswerAsync(verb, line, "220 2.0.0 Go ahead") is '2')
                    await StartTlsAsync();
                break;
            case "auth":
                await AnswerAsync(verb, line, "235 2.7.0 Welcome");
                break;
            case "quit":
                await AnswerAsync(verb, line, "221 2.0.0 Bye");
                over = true;
                break;
            default:
                await AnswerAsync(verb, line, verb is "rset" or "noop" or "helo" ? "250 2.0.0 Ok" : "500 5.5.1 What?");
                break;
        }
    }

    private string Ehlo()
    {
        var extensions = secure ? mx.ExtensionsInTls ?? mx.Extensions : mx.Extensions;
        var lines = extensions.Prepend(mx.Name).ToList();
        if (mx.Certificate is not null && !secure)
            lines.Add("STARTTLS");
        return string.Join("\r\n", lines.Select((text, index) => (index < lines.Count - 1 ? "250-" : "250 ") + text));
    }

    private async Task StartTlsAsync()
    {
        begin = end = 0;
        stream = await SecureAsync(stream, mx, stop);
        secure = true;
    }

    private async Task EndAsync(string content)
    {
        mx.Mails.Enqueue(content);
        await AnswerAsync("eod", content, "250 2.0.0 Ok: queued as 1");
    }

    /// <returns>The first character of what was said, or NUL.</returns>
    private async Task<char> AnswerAsync(string stage, string heard, string? usual)
    {
        var rule = mx.Rule(stage, heard);
        if (rule is { Silent: true })
        {
            while (await stream.ReadAsync(buffer, stop) > 0)
                continue;
            over = true;
            return 'x';
        }

        var say = rule is null ? usual : rule.Say;
        if (say is not null)
            await SayAsync(Encoding.Latin1.GetBytes(say + "\r\n"));
        if (rule is { Deaf: true })
            await new TaskCompletionSource().Task.WaitAsync(stop);
        if (rule is { HangUp: true })
        {
            over = true;
            return 'x';
        }

        return say is { Length: > 0 } ? say[0] : '\0';
    }

    private async Task SayAsync(byte[] octets)
    {
        foreach (var some in mx.BeforeOctet is null ? [octets] : octets.Chunk(1))
        {
            await (mx.BeforeOctet?.Invoke() ?? Task.CompletedTask);
            await stream.WriteAsync(some, stop);
        }
    }

    private async Task<string> DataAsync()
    {
        var content = new StringBuilder();
        while (await LineAsync() is { } line && line != ".")
            content.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        return content.ToString();
    }

    private async Task<string> OctetsAsync(int count)
    {
        var content = new StringBuilder(count);
        while (content.Length < count && await FillAsync())
        {
            var some = Math.Min(count - content.Length, end - begin);
            content.Append(Encoding.Latin1.GetString(buffer, begin, some));
            begin += some;
        }

        return content.ToString();
    }

    /// <returns>Up to CRLF and without it, as Latin-1; a lone CR or LF stays in the line.</returns>
    private async Task<string?> LineAsync()
    {
        var line = new StringBuilder();
        while (await FillAsync())
        {
            line.Append((char)buffer[begin++]);
            if (line.Length >= 2 && line[^2] == '\r' && line[^1] == '\n')
                return line.ToString(0, line.Length - 2);
        }

        return null;
    }

    private async Task<bool> FillAsync()
    {
        if (begin < end)
            return true;
        begin = 0;
        end = await stream.ReadAsync(buffer, stop);
        return end > 0;
    }
}
