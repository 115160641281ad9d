using System.Globalization;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>A correspondent's mail client, in Python; its mailbox holds what was sent and received.</summary>
/// <param name="server">The port that its outgoing mail goes to.</param>
internal sealed class MailClient(string address, int server)
{
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "Support", "mail_client.py");

    private readonly string mailbox = WorkFolder.Create("mailbox");

    public Task WriteAsync(string to, string subject, string text) => RunAsync("write", mailbox, Port, address, to, subject, text);

    /// <summary>Answers the latest mail in the mailbox.</summary>
    /// <param name="how"><c>answer</c>, or <c>answer-plainly</c> without References.</param>
    public Task AnswerAsync(string text, string how = "answer") => RunAsync(how, mailbox, Port, address, text);

    public void Receive(SinkMail mail) => File.WriteAllBytes(Path.Combine(mailbox, $"{Directory.GetFiles(mailbox).Length:00}.eml"), mail.Content);

    /// <summary>The mailbox by thread: the depth of each mail and its first line.</summary>
    public async Task<string[]> ThreadsAsync() => (await RunAsync("threads", mailbox)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private string Port => server.ToString(CultureInfo.InvariantCulture);

    private static async Task<string> RunAsync(params string[] arguments)
    {
        var (exitCode, output) = await Command.RunAsync("/usr/bin/python3", [Script, .. arguments]);
        return exitCode == 0 ? output : throw new InvalidOperationException(output);
    }
}
