using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace SmtpTransport.Tests.Support;

/// <summary>The second opinion on signatures: Debian's python3-dkim, with python3-nacl for Ed25519.</summary>
internal static class DkimPython
{
    private const string Script = """
        import base64, dkim, json, sys
        asked = json.load(sys.stdin)
        records = {name.encode(): record.encode() for name, record in asked["records"].items()}
        mail = dkim.DKIM(base64.b64decode(asked["mail"]))
        count = sum(name.lower() == b"dkim-signature" for name, value in mail.headers)
        for index in range(count):
            try:
                valid = mail.verify(index, dnsfunc=lambda name, timeout=0: records.get(name))
            except dkim.DKIMException as fault:
                valid = fault
            tags = mail.signature_fields
            print(tags.get(b"a", b"").decode(), tags.get(b"d", b"").decode(), tags.get(b"s", b"").decode(), valid)
        """;

    /// <param name="mail">The octets as Latin-1.</param>
    /// <param name="records">By name, without the last dot.</param>
    /// <returns>For each signature "algorithm domain selector verdict", the first in the header first.</returns>
    public static async Task<IReadOnlyList<string>> VerifyAsync(string mail, params (string Name, string Record)[] records)
    {
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await python.StandardInput.WriteAsync(JsonSerializer.Serialize(new
        {
            mail = Encoding.Latin1.GetBytes(mail),
            records = records.ToDictionary(record => record.Name + ".", record => record.Record),
        }));
        python.StandardInput.Close();
        var errors = python.StandardError.ReadToEndAsync();
        var output = await python.StandardOutput.ReadToEndAsync();
        await python.WaitForExitAsync();
        Assert.That(python.ExitCode, Is.Zero, await errors);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
