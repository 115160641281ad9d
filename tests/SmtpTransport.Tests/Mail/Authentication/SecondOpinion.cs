using System.Diagnostics;
using System.Text.Json;

namespace SmtpTransport.Tests.Mail.Authentication;

/// <summary>What Debian's python3-dkim and python3-authheaders make of the same mails and the same zone.</summary>
internal static class SecondOpinion
{
    private const string Script = """
        import base64, dkim, json, sys
        from authheaders import check_arc, dmarc_per_from
        from authres import DKIMAuthenticationResult
        answers = []
        for asked in json.load(sys.stdin):
            zone = asked["Zone"]
            def text(name, timeout=0):
                name = name if isinstance(name, str) else name.decode()
                record = zone.get(name.rstrip("."))
                return record.encode() if record is not None else None
            mail = base64.b64decode(asked["Mail"])
            try:
                if asked["Check"] == "dkim":
                    answer = "pass" if dkim.DKIM(mail, minkey=384).verify(0, dnsfunc=text) else "fail"
                elif asked["Check"] == "arc":
                    answer = check_arc(mail, dnsfunc=text).result
                else:
                    signed = DKIMAuthenticationResult(result="pass", header_d=asked["Signer"])
                    answer = dmarc_per_from(asked["Author"], None, signed, dnsfunc=zone.get)[0]
            except Exception as fault:
                answer = "fail"
            answers.append(answer)
        json.dump(answers, sys.stdout)
        """;

    public static Task<IReadOnlyList<string>> AskAsync(IEnumerable<Question> questions) => AskAsync(Script, questions);

    /// <param name="script">Reads the questions as JSON, and writes a list of answers.</param>
    public static async Task<IReadOnlyList<string>> AskAsync<T>(string script, IEnumerable<T> questions)
    {
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-W", "ignore", "-c", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = python.StandardError.ReadToEndAsync();
        var output = python.StandardOutput.ReadToEndAsync();
        await python.StandardInput.WriteAsync(JsonSerializer.Serialize(questions));
        python.StandardInput.Close();
        await python.WaitForExitAsync();
        Assert.That(python.ExitCode, Is.Zero, await errors);
        return JsonSerializer.Deserialize<List<string>>(await output)!;
    }

    /// <param name="Check">"dkim" and "arc" look at the mail, "dmarc" at author and signer.</param>
    internal sealed record Question(string Check, IReadOnlyDictionary<string, string> Zone)
    {
        public byte[] Mail { get; init; } = [];

        public string Author { get; init; } = "";

        public string Signer { get; init; } = "";
    }
}
