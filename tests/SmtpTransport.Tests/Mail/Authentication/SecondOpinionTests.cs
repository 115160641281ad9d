using System.Text;
using SmtpTransport.Mail.Authentication;
using SmtpTransport.Mail.Authentication.Arc;
using SmtpTransport.Mail.Authentication.Dkim;
using SmtpTransport.Mail.Authentication.Dmarc;
using SmtpTransport.Tests.Mail.Authentication.Arc;
using SmtpTransport.Tests.Mail.Authentication.Dkim;
using SmtpTransport.Tests.Mail.Authentication.Spf;

namespace SmtpTransport.Tests.Mail.Authentication;

/// <summary>Every disagreement with other programs is listed with its reason, and every one that is listed still exists.</summary>
internal sealed class SecondOpinionTests
{
    private const string Draft = "from before RFC 4871, without v=1: we are made to accept that for the corpus alone, as our other demands there";
    private const string ListOfSuffixes = "it asks a list of public suffixes, as RFC 7489 did; RFC 9989 §4.10.2 asks the DNS";

    private static readonly Dictionary<string, string> OnSignatures = new()
    {
        ["good_ietf01_1.txt"] = Draft,
        ["good_ietf01_2.txt"] = Draft,
        ["mine_ietf01_1.txt"] = Draft,
        ["mine_ietf01_2.txt"] = Draft,
        ["mine_ietf01_3.txt"] = Draft,
        ["mine_ietf01_4.txt"] = Draft,
        ["mine_ietf05_1.txt"] = Draft,
        ["no_body_1.txt"] = Draft,
        ["no_body_2.txt"] = Draft,
        ["no_body_3.txt"] = Draft,
        ["good_83176.txt"] = "q= lists several methods, one of them known (RFC 6376 §3.5); dkimpy wants that one alone",
        ["good_qp_2.txt"] = "i= is written as =2E (RFC 6376 §2.11), which dkimpy does not decode",
        ["good_qp_3.txt"] = "i= is written as =40 (RFC 6376 §2.11), which dkimpy does not decode",
        ["goodkey_2.txt"] = "the key has unknown tags and services beside mail's (RFC 6376 §3.6.1), which dkimpy does not read",
        ["badkey_10.txt"] = "the key is not for subdomains (t=s, RFC 6376 §3.6.1), which dkimpy does not look at",
    };

    private static readonly Dictionary<string, string> OnChains = new()
    {
        ["ams_fields_c_na"] = "dkimpy takes a missing c= for relaxed/relaxed; RFC 6376 §3.5 for simple/simple",
    };

    private static readonly Dictionary<string, string> OnPolicies = new()
    {
        ["policy unreadable, nobody to tell"] = "RFC 9989 §4.10.1: then there is no DMARC; authheaders goes on with a policy it does not know",
        ["policy missing, somebody to tell"] = "RFC 9989 §4.10.1: then it is none; to authheaders that is no record",
        ["only the subdomain has a record"] = ListOfSuffixes,
        ["subdomain stands for itself"] = ListOfSuffixes,
        ["suffix that is on no list"] = ListOfSuffixes,
    };

    private static readonly Dictionary<string, string> OnClients = new()
    {
    };

    // Client, sender, zone: name, type and record, parted by bars.
    private static readonly Dictionary<string, (string Client, string Sender, string Zone)> Clients = new()
    {
        ["network"] = ("192.0.2.77", "bob@mail.test", "mail.test TXT v=spf1 ip4:192.0.2.64/26 -all"),
        ["beside the network"] = ("192.0.2.128", "bob@mail.test", "mail.test TXT v=spf1 ip4:192.0.2.64/26 -all"),
        ["network of IPv6"] = ("2001:db8:1::7", "bob@mail.test", "mail.test TXT v=spf1 ip6:2001:db8:1::/48 ~all"),
        ["IPv4 inside IPv6"] = ("::ffff:192.0.2.7", "bob@mail.test", "mail.test TXT v=spf1 ip4:192.0.2.7 -all"),
        ["host"] = ("192.0.2.7", "bob@mail.test", "mail.test TXT v=spf1 a -all|mail.test A 192.0.2.7"),
        ["other host of the net"] = ("192.0.2.8", "bob@mail.test", "mail.test TXT v=spf1 a/24//64 -all|mail.test A 192.0.2.7"),
        ["host of IPv6 in the net"] = ("2001:db8::8", "bob@mail.test", "mail.test TXT v=spf1 a/24//64 -all|mail.test AAAA 2001:db8::7"),
        ["exchanger"] = ("192.0.2.7", "bob@mail.test", "mail.test TXT v=spf1 mx -all|mail.test MX mx.mail.test|mx.mail.test A 192.0.2.7"),
        ["exchanger that is lost"] = ("192.0.2.7", "bob@mail.test", "mail.test TXT v=spf1 mx -all|mail.test MX mx.mail.test"),
        ["include that passes"] = ("192.0.2.7", "bob@mail.test", "mail.test TXT v=spf1 include:out.test -all|out.test TXT v=spf1 ip4:192.0.2.7 -all"),
        ["include that fails"] = ("192.0.2.7", "bob@mail.test", "mail.test TXT v=spf1 include:out.test ?all|out.test TXT v=spf1 -all"),
        ["include of nothing"] = ("192.0.2.7", "bob@mail.test", "mail.test TXT v=spf1 include:out.test -all"),
        ["include of itself"] = ("192.0.2.7", "bob@mail.test", "mail.test TXT v=spf1 include:mail.test -all"),
        ["redirect"] = ("192.0.2.7", "bob@mail.test", "mail.test TXT v=spf1 redirect=out.test|out.test TXT v=spf1 ip4:192.0.2.7 -all"),
        ["redirect to nothing"] = ("192.0.2.7", "bob@mail.test", "mail.test TXT v=spf1 redirect=out.test"),
        ["redirect after all"] = ("192.0.2.7", "bob@mail.test", "mail.test TXT v=spf1 ~all redirect=out.test|out.test TXT v=spf1 +all"),
        ["user of its own"] = ("192.0.2.7", "bob@mail.test", "mail.test TXT v=spf1 exists:%{l}.%{i}.users.test -all|bob.192.0.2.7.users.test A 127.0.0.2"),
        ["macro turned round"] = ("192.0.2.7", "bob@a.b.mail.test", "a.b.mail.test TXT v=spf1 exists:%{ir}.%{v}.%{d2r}.list.test -all|7.2.0.192.in-addr.test.mail.list.test A 127.0.0.2"),
        ["macro that is none"] = ("192.0.2.7", "bob@mail.test", "mail.test TXT v=spf1 exists:%{q}.test -all"),
        ["name of the client"] = ("192.0.2.7", "bob@mail.test", "mail.test TXT v=spf1 ptr -all|7.2.0.192.in-addr.arpa PTR mx.mail.test|mx.mail.test A 192.0.2.7"),
        ["name that does not lead back"] = ("192.0.2.7", "bob@mail.test", "mail.test TXT v=spf1 ptr -all|7.2.0.192.in-addr.arpa PTR mx.mail.test|mx.mail.test A 192.0.2.9"),
        ["two policies"] = ("192.0.2.7", "bob@mail.test", "mail.test TXT v=spf1 +all|mail.test TXT v=spf1 -all"),
        ["policy among other texts"] = ("192.0.2.7", "bob@mail.test", "mail.test TXT site=1|mail.test TXT v=spf1 +all|mail.test TXT v=spf10 -all"),
        ["unknown modifier"] = ("192.0.2.7", "bob@mail.test", "mail.test TXT v=spf1 new=thing ip4:192.0.2.7 -all"),
        ["unknown mechanism"] = ("192.0.2.7", "bob@mail.test", "mail.test TXT v=spf1 new:thing ip4:192.0.2.7 -all"),
        ["fault behind what matches"] = ("192.0.2.7", "bob@mail.test", "mail.test TXT v=spf1 ip4:192.0.2.7 ip4:192.0.2 -all"),
        ["three names that are not there"] = ("192.0.2.7", "bob@mail.test", "mail.test TXT v=spf1 a:a.test a:b.test a:c.test +all"),
        ["two names that are not there"] = ("192.0.2.7", "bob@mail.test", "mail.test TXT v=spf1 a:a.test a:b.test +all"),
        ["eleven questions"] = ("192.0.2.7", "bob@mail.test", $"mail.test TXT v=spf1 {string.Join(' ', Enumerable.Repeat("a:a.test", 11))} +all|a.test A 192.0.2.9"),
        ["ten questions"] = ("192.0.2.7", "bob@mail.test", $"mail.test TXT v=spf1 {string.Join(' ', Enumerable.Repeat("a:a.test", 10))} +all|a.test A 192.0.2.9"),
        ["alias"] = ("192.0.2.7", "bob@mail.test", "mail.test CNAME out.test|out.test TXT v=spf1 ip4:192.0.2.7 -all"),
        ["no policy"] = ("192.0.2.7", "bob@mail.test", "mail.test TXT site=1"),
        ["null sender"] = ("192.0.2.7", "", "client.test TXT v=spf1 ip4:192.0.2.7 -all"),
    };

    // Author, signer, zone: name and record, parted by bars.
    private static readonly Dictionary<string, (string Author, string Signer, string Zone)> Policies = new()
    {
        ["same domain"] = ("example.com", "example.com", "example.com v=DMARC1; p=reject"),
        ["subdomain signs"] = ("example.com", "mail.example.com", "example.com v=DMARC1; p=reject"),
        ["organization signs"] = ("mail.example.com", "example.com", "example.com v=DMARC1; p=reject"),
        ["sister signs"] = ("a.example.com", "b.example.com", "example.com v=DMARC1; p=reject"),
        ["sister below a suffix of two labels"] = ("a.example.co.uk", "b.example.co.uk", "example.co.uk v=DMARC1; p=reject"),
        ["neighbour below a suffix of two labels"] = ("example.co.uk", "other.co.uk", "example.co.uk v=DMARC1; p=reject"),
        ["stranger signs"] = ("example.com", "example.net", "example.com v=DMARC1; p=reject"),
        ["strict and the same"] = ("example.com", "example.com", "example.com v=DMARC1; p=reject; adkim=s"),
        ["strict and below"] = ("example.com", "mail.example.com", "example.com v=DMARC1; p=reject; adkim=s"),
        ["strict, inherited"] = ("mail.example.com", "example.com", "example.com v=DMARC1; p=reject; adkim=s"),
        ["no record"] = ("example.com", "example.com", "example.net v=DMARC1; p=reject"),
        ["other version"] = ("example.com", "example.com", "example.com v=DMARC2; p=reject"),
        ["policy unreadable, nobody to tell"] = ("example.com", "example.net", "example.com v=DMARC1; p=odd"),
        ["policy missing, somebody to tell"] = ("example.com", "example.net", "example.com v=DMARC1; rua=mailto:d@example.com"),
        ["record between author and organization"] = ("a.b.example.com", "example.com", "b.example.com v=DMARC1; p=none|example.com v=DMARC1; p=reject"),
        ["only the subdomain has a record"] = ("mail.example.com", "example.com", "mail.example.com v=DMARC1; p=reject"),
        ["subdomain stands for itself"] = ("dept.example.com", "example.com", "dept.example.com v=DMARC1; p=reject; psd=n|example.com v=DMARC1; p=reject"),
        ["suffix that is on no list"] = ("one.example.com", "two.example.com", "example.com v=DMARC1; p=reject; psd=y"),
        ["long name"] = ("a.b.c.d.e.f.g.h.example.com", "example.com", "example.com v=DMARC1; p=reject"),
    };

    [Test]
    public async Task Signatures_are_judged_as_by_dkimpy()
    {
        var files = new[] { "good*.txt", "bad*.txt", "ignore*.txt", "mine*.txt", "no_body*.txt", "rfc8463*" }.SelectMany(pattern => Corpora.Files("dkim", pattern)).ToList();
        var zone = File.ReadLines(Corpora.Path("dkim/FAKE_DNS.dat")).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' ', 2, StringSplitOptions.TrimEntries))
            .Where(record => record[1] != "NXDOMAIN" && !record[1].StartsWith('~')).ToDictionary(record => record[0], record => record[1].Trim('"'));
        foreach (var (name, record) in DkimZone.Rfc8463)
            zone[name] = record;
        var mails = files.Select(file => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(File.ReadAllBytes(Corpora.Path(file))).ReplaceLineEndings("\r\n"))).ToList();

        var theirs = await SecondOpinion.AskAsync(mails.Select(mail => new SecondOpinion.Question("dkim", zone) { Mail = mail }));
        var ours = new List<string>();
        foreach (var mail in mails)
        {
            var verdicts = await new DkimEvaluator(DkimZone.Read(), new TestTime(), DkimCorpusTests.OfTheirDay).EvaluateAsync(new MemoryStream(mail), CancellationToken.None);
            ours.Add(verdicts is [{ Result: DkimResult.Pass }, ..] ? "pass" : "fail");
        }

        AssertListed(files.Select(Path.GetFileName)!, ours, theirs, OnSignatures);
    }

    [Test]
    public async Task Chains_are_judged_as_by_dkimpy()
    {
        var cases = ArcCorpusTests.Read().ToList();

        var theirs = await SecondOpinion.AskAsync(cases.Select(test => new SecondOpinion.Question("arc", test.Keys) { Mail = test.Mail }));
        var ours = new List<string>();
        foreach (var test in cases)
            ours.Add((await new ArcEvaluator(test.Dns()).EvaluateAsync(new MemoryStream(test.Mail), CancellationToken.None)).Result.ToString().ToLowerInvariant());

        AssertListed(cases.Select(test => test.Name), ours, theirs, OnChains);
    }

    [Test]
    public async Task Policies_are_judged_as_by_authheaders()
    {
        var zones = Policies.Values.Select(policy => policy.Zone.Split('|').Select(entry => entry.Split(' ', 2)).ToDictionary(entry => "_dmarc." + entry[0], entry => entry[1])).ToList();

        var theirs = await SecondOpinion.AskAsync(Policies.Values.Zip(zones, (policy, zone) => new SecondOpinion.Question("dmarc", zone) { Author = policy.Author, Signer = policy.Signer }));
        var ours = new List<string>();
        foreach (var (policy, zone) in Policies.Values.Zip(zones))
        {
            var dns = new FakeDns();
            foreach (var (name, record) in zone)
                dns.Txt(name, record);
            var verdict = await new DmarcEvaluator(dns).EvaluateAsync(
                [policy.Author],
                Task.FromResult(new DmarcClaims(new SpfVerdict(SpfResult.None, ""), [new DkimVerdict(DkimResult.Pass, policy.Signer, "s1")])),
                CancellationToken.None);
            ours.Add(verdict.Result.ToString().ToLowerInvariant());
        }

        AssertListed(Policies.Keys, ours, theirs, OnPolicies);
    }

    [Test]
    public async Task Clients_are_judged_as_by_pyspf()
    {
        var asked = SpfCorpusTests.Read().Select(test => (test.Name, test.Asked))
            .Concat(Clients.Select(client => (client.Key, new SpfOpinion.Question(client.Value.Client, client.Value.Sender, "client.test", Zone(client.Value.Zone))))).ToList();

        var theirs = await SpfOpinion.AskAsync(asked.Select(each => each.Item2));
        var ours = new List<string>();
        foreach (var (_, question) in asked)
            ours.Add((await question.EvaluateAsync()).Result.ToString().ToLowerInvariant());

        AssertListed(asked.Select(each => each.Item1), ours, theirs, OnClients);
    }

    private static Dictionary<object, object> Zone(string records) => records.Split('|').Select(record => record.Split(' ', 3)).GroupBy(record => record[0]).ToDictionary(
        name => (object)name.Key,
        object (name) => name.Select(object (record) => new Dictionary<object, object> { [record[1]] = record[1] == "MX" ? new List<object> { "10", record[2] } : record[2] }).ToList());

    private static void AssertListed(IEnumerable<string> names, IReadOnlyList<string> ours, IReadOnlyList<string> theirs, Dictionary<string, string> listed)
    {
        var disagreements = names.Zip(ours, theirs).Where(verdict => verdict.Second != verdict.Third).ToDictionary(verdict => verdict.First, verdict => $"we {verdict.Second}, they {verdict.Third}");

        Assert.That(ours, Has.Some.EqualTo("pass").And.Some.EqualTo("fail"));
        Assert.That(disagreements.Keys, Is.EquivalentTo(listed.Keys), string.Join('\n', disagreements));
    }
}
