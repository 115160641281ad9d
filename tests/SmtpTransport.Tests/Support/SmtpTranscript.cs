using System.Text;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Tests.Support;

/// <summary>
/// A conversation as text. <c>S:</c> the server says, <c>C:</c> the client says, <c>C~</c> the same without CRLF, <c>T:</c> time
/// passes, <c>X:</c> the server closes. <c>G:</c> stands for banner and EHLO, <c>R:</c> for these, MAIL and RCPT, <c>D:</c> for
/// all up to 354. ␍ ␊ ␀ stand for the octets that they picture; the client's text is UTF-8.
/// </summary>
internal static class SmtpTranscript
{
    private enum Cut
    {
        Whole,
        Lines,
        Octets,
    }

    private const string Greeted = """
        S: 220 mail.example ESMTP
        C: EHLO client.example
        S: 250-mail.example
        S: 250-PIPELINING
        S: 250-SIZE 1000000
        S: 250-ENHANCEDSTATUSCODES
        S: 250-8BITMIME
        S: 250-SMTPUTF8
        S: 250-CHUNKING
        S: 250-DSN
        S: 250-LIMITS RCPTMAX=100
        S: 250 PRDR
        """;

    private const string WithRecipient = Greeted + """

        C: MAIL FROM:<juliet@example.org>
        S: 250 2.1.0 OK
        C: RCPT TO:<romeo@example.net>
        S: 250 2.1.5 OK
        """;

    private const string WithData = WithRecipient + """

        C: DATA
        S: 354 End data with <CR><LF>.<CR><LF>
        """;

    public static string Repeat(int times, string lines) => string.Join("\n", Enumerable.Repeat(lines, times));

    /// <summary>Plays it three times: everything at once, line by line, and octet by octet.</summary>
    public static async Task PlayAsync(
        string text,
        Action<FakeMailReceiver>? receiver = null,
        Func<SmtpOptions, SmtpOptions>? options = null,
        Action<FakeMailReceiver>? check = null)
    {
        var steps = text.Replace("G:\n", Greeted + "\n").Replace("R:\n", WithRecipient + "\n").Replace("D:\n", WithData + "\n").Split('\n').Where(line => line.Length > 0)
            .Select(line => (Kind: line[..2], Text: line.Length > 3 ? line[3..] : "")).ToList();
        foreach (var cut in Enum.GetValues<Cut>())
        {
            var fake = new FakeMailReceiver();
            receiver?.Invoke(fake);
            using var stage = new SmtpStage(fake, options);
            await PlayAsync(stage, cut == Cut.Whole ? Gather(steps) : steps, cut);
            check?.Invoke(fake);
        }
    }

    // The banner is waited for, and what the client says then comes in one piece, up to where time passes.
    private static List<(string Kind, string Text)> Gather(List<(string Kind, string Text)> steps)
    {
        var gathered = steps.TakeWhile(step => step.Kind == "S:").ToList();
        var rest = steps.Skip(gathered.Count).ToList();
        while (rest.Count > 0)
        {
            var act = rest.TakeWhile(step => step.Kind != "T:").ToList();
            gathered.Add(("C~", string.Concat(act.Where(step => step.Kind[0] == 'C').Select(step => step.Text + (step.Kind == "C:" ? "␍␊" : "")))));
            gathered.AddRange(act.Where(step => step.Kind[0] != 'C'));
            gathered.AddRange(rest.Skip(act.Count).Take(1));
            rest.RemoveRange(0, Math.Min(rest.Count, act.Count + 1));
        }
        return gathered;
    }

    private static async Task PlayAsync(SmtpStage stage, List<(string Kind, string Text)> steps, Cut cut)
    {
        var client = stage.Connect();
        foreach (var step in steps)
        {
            switch (step.Kind)
            {
                case "S:":
                    Assert.That(await client.ReadLineAsync(), Is.EqualTo(step.Text), $"played by {cut}");
                    break;
                case "T:":
                    stage.Time.Advance(TimeSpan.Parse(step.Text, System.Globalization.CultureInfo.InvariantCulture));
                    break;
                case "X:":
                    Assert.That(await client.ReadLineAsync(), Is.Null, $"played by {cut}");
                    break;
                case "C:" or "C~" when cut == Cut.Octets:
                    client.Trickle(Said(step));
                    break;
                case "C:" or "C~":
                    client.Send(Said(step));
                    break;
                default:
                    throw new FormatException($"Not a step: {step.Kind}");
            }
        }
        client.Close();
        await client.Session;
        Assert.That(client.ReadAvailable(), Is.Empty, $"said too much, played by {cut}");
    }

    // UTF-8, one char for each octet.
    private static string Said((string Kind, string Text) step)
    {
        var text = step.Text.Replace('␍', '\r').Replace('␊', '\n').Replace('␀', '\0') + (step.Kind == "C:" ? "\r\n" : "");
        return Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
    }
}
