using System.Globalization;
using System.Text;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.Bench;

/// <summary>What is sent, and who sends it: 4 KB, by Postfix's smtp-source or through a bare socket.</summary>
internal static class Load
{
    public const int Size = 4096;

    private static readonly string Text = string.Concat(Enumerable.Repeat("The quick brown fox jumps over the lazy dog.\n", (Size / 45) + 1))[..Size];

    /// <param name="file">The mail to send, with LF; null for one made up on the way.</param>
    public static async Task<double> MailsAsync(int port, string recipient, int mails, bool keepConnections, string? file = null)
    {
        var start = TimeProvider.System.GetTimestamp();
        string[] reuse = keepConnections ? ["-d"] : [];
        string[] content = file is null ? ["-l", Number(Size)] : ["-F", file];
        var (exitCode, output) = await Command.RunAsync(
            "/usr/sbin/smtp-source",
            [.. reuse, .. content, "-s", "20", "-m", Number(mails), "-f", "bob@mail.test", "-t", recipient, $"127.0.0.1:{port}"]);
        if (exitCode != 0 || output.Contains("fatal", StringComparison.Ordinal))
            throw new InvalidOperationException($"smtp-source: {output}");
        return mails / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Messages as one byte string each, so that the loop only copies.</summary>
    public static byte[] Messages(int first, int number, string attributes, int size = Size)
    {
        var text = new StringBuilder();
        for (var message = first; message < first + number; message++)
            text.Append(CultureInfo.InvariantCulture, $"<message {attributes} type='chat' id='b{message}'><body>{message} {Text.AsSpan(0, size)}</body></message>");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
