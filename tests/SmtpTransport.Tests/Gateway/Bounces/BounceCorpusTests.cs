using System.Text.Json;
using MimeKit;
using SmtpTransport.Gateway.Bounces;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Gateway.Bounces;

/// <summary>Bounces of some fifty mail systems, against what another project reads in them.</summary>
internal sealed class BounceCorpusTests
{
    [Test]
    public void Status_and_number_of_recipients_are_those_that_others_read()
    {
        var folder = Corpora.Path("bounces");
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")));
        var (asked, agreed, named) = (0, 0, 0);
        foreach (var file in expected.RootElement.EnumerateObject())
        {
            var wanted = file.Value.EnumerateArray().Select(one => one.GetProperty("status").GetString()!).ToList();
            if (wanted.Exists(status => status.Length == 0))
                continue;
            asked++;
            var recipients = Read(Path.Combine(folder, file.Name))?.Recipients ?? [];
            var found = recipients.Select(recipient => recipient.Reply.Enhanced).ToList();
            if (recipients.Count > 0 && recipients.All(recipient => recipient.Addresses.Count > 0))
                named++;
            else
                TestContext.Out.WriteLine($"{file.Name}: nobody is named");
            if (wanted.Count == found.Count && wanted.Zip(found).All(pair => Agree(pair.First, pair.Second)))
                agreed++;
            else
                TestContext.Out.WriteLine($"{file.Name}: they read {string.Join(" ", wanted)}, we {string.Join(" ", found)}");
        }

        TestContext.Out.WriteLine($"{agreed} of {asked} agree, {named} name all their recipients");
        Assert.That((double)agreed / asked, Is.GreaterThanOrEqualTo(0.95));
        Assert.That((double)named / asked, Is.GreaterThanOrEqualTo(0.95));
    }

    [Test]
    public void Nothing_else_is_taken_for_a_bounce()
    {
        var folder = Corpora.Path("bounces");
        var others = Directory.GetFiles(Path.Combine(folder, "not")).Concat(Directory.GetFiles(folder, "arf-*")).Concat(Directory.GetFiles(folder, "rfc3834-*")).ToList();
        Assert.That(others, Is.Not.Empty);
        Assert.That(others.Where(file => Read(file) is not null).Select(Path.GetFileName), Is.Empty);
    }

    /// <summary>x.0.9nn is their own name for a reason that the mail tells in words alone: only its class is in the mail.</summary>
    private static bool Agree(string wanted, string found) => wanted[1..].StartsWith(".0.9", StringComparison.Ordinal) ? wanted[0] == found[0] : wanted == found;

    private static Bounce? Read(string file)
    {
        using var stream = File.OpenRead(file);
        using var mail = MailFile.Load(stream);
        return BounceReader.Read(mail);
    }
}
