using System.Net;
using SmtpTransport.Mail.Authentication;
using SmtpTransport.Mail.Authentication.Spf;

namespace SmtpTransport.Tests.Mail.Authentication;

/// <summary>What Debian's python3-spf makes of the same client and the same zone.</summary>
internal static class SpfOpinion
{
    private const string Script = """
        import json, spf, sys
        zone = {}
        def lookup(name, kind, strict=True, timeout=0):
            entries = zone.get(str(name).lower().rstrip("."), [])
            records = [(k, v) for entry in entries if isinstance(entry, dict) for k, v in entry.items()]
            aliases = [v for k, v in records if k == "CNAME"]
            if aliases:
                return [((name, "CNAME"), aliases[0])]
            if kind == "TXT" and not any(k == kind for k, v in records):
                records = [("TXT", v) for k, v in records if k == "SPF"]
            values = [v for k, v in records if k == kind and v != "NONE"]
            if not values and "TIMEOUT" in entries:
                raise spf.TempError("DNS timeout")
            if kind == "MX":
                values = [(int(v[0]), v[1]) for v in values]
            elif kind == "TXT":
                values = [[piece.encode() for piece in (v if isinstance(v, list) else [v])] for v in values]
            return [((name, kind), v) for v in values]
        spf.DNSLookup = lookup
        answers = []
        for asked in json.load(sys.stdin):
            zone = {name.lower(): entries for name, entries in asked["Zone"].items()}
            try:
                answers.append(spf.query(asked["Client"], asked["Sender"], asked["Helo"], strict=1, querytime=0).check()[0])
            except Exception as fault:
                answers.append(type(fault).__name__)
        json.dump(answers, sys.stdout)
        """;

    public static Task<IReadOnlyList<string>> AskAsync(IEnumerable<Question> questions) => SecondOpinion.AskAsync(Script, questions);

    /// <param name="Zone">As in the public suite: see <see cref="ZoneDns"/>.</param>
    internal sealed record Question(string Client, string Sender, string Helo, Dictionary<object, object> Zone)
    {
        public Task<SpfVerdict> EvaluateAsync()
        {
            var at = Sender.LastIndexOf('@');
            var question = new SpfQuestion(IPAddress.Parse(Client), Helo, at < 0 ? "" : Sender[..at], at < 0 ? Helo : Sender[(at + 1)..]);
            return new SpfEvaluator(new ZoneDns(Zone), TimeProvider.System).EvaluateAsync(question, CancellationToken.None);
        }
    }
}
