using System.Globalization;
using System.Text.RegularExpressions;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Mail.Delivery;

internal sealed partial class ProviderTextsTests
{
    [TestCase(421, "Our system has detected an unusual rate of unsolicited mail originating from your IP address. To protect our users from spam, mail sent from your IP address has been temporarily rate limited.", ReplyClass.RateLimited)]
    [TestCase(421, "[TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints", ReplyClass.RateLimited)]
    [TestCase(451, "Received too many messages from a new or untrusted IP: 192.0.2.1", ReplyClass.RateLimited)]
    [TestCase(550, "Ip frequency limited. http://service.mail.qq.com/", ReplyClass.RateLimited)]
    [TestCase(421, "Trop de connexions, veuillez verifier votre configuration", ReplyClass.RateLimited)]
    [TestCase(421, "[TS03] All messages from 192.0.2.1 will be permanently deferred; Retrying will NOT succeed.", ReplyClass.Blocked)]
    [TestCase(553, "[BL21] Connections will not be accepted from 192.0.2.1, because the ip is in Spamhaus's list", ReplyClass.Blocked)]
    [TestCase(550, "Unfortunately, messages from [192.0.2.1] weren't sent. part of their network is on our block list (S3140).", ReplyClass.Blocked)]
    [TestCase(421, "Our system has detected that this message is suspicious due to the nature of the content", ReplyClass.Content)]
    [TestCase(450, "The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered.", ReplyClass.Mailbox)]
    [TestCase(452, "The email account that you tried to reach is over quota.", ReplyClass.Mailbox)]
    [TestCase(421, "421 Max message per connection reached closing transmission channel", ReplyClass.ConnectionSpent)]
    [TestCase(550, "The email account that you tried to reach does not exist.", ReplyClass.Other)]
    [TestCase(451, "Mail server temporarily rejected message. - gsmtp", ReplyClass.Other)]
    public void A_provider_is_understood(int code, string text, ReplyClass expected) =>
        Assert.That(ProviderTexts.Classify(new SmtpReply(code, "", text)), Is.EqualTo(expected));

    [Test]
    public void Every_deferral_of_the_collected_tables_that_names_us_has_a_class()
    {
        var file = Corpora.Path("provider-tables/smart-sink_responses.toml");
        var deferrals = Entry().Matches(File.ReadAllText(file)).Where(entry => entry.Groups["kind"].Value == "defer").ToList();
        var ofUs = deferrals
            .Select(entry => new SmtpReply(int.Parse(entry.Groups["code"].Value, CultureInfo.InvariantCulture), "", entry.Groups["text"].Value))
            .Where(reply => reply.Text.Contains("100.100.100.100", StringComparison.Ordinal) || reply.Text.Contains("IP address", StringComparison.Ordinal))
            .ToList();
        Assert.That(ofUs, Has.Count.GreaterThan(8));
        Assert.That(ofUs.Where(reply => ProviderTexts.Classify(reply) is not (ReplyClass.RateLimited or ReplyClass.Blocked or ReplyClass.Content)), Is.Empty);
    }

    [Test]
    public void No_lasting_refusal_of_the_collected_tables_that_is_about_a_recipient_is_taken_for_a_rate()
    {
        var file = Corpora.Path("provider-tables/smart-sink_responses.toml");
        var bounces = Entry().Matches(File.ReadAllText(file)).Where(entry => entry.Groups["kind"].Value == "bounce").ToList();
        Assert.That(bounces, Has.Count.GreaterThan(20));
        Assert.That(bounces.Select(entry => new SmtpReply(550, "", entry.Groups["text"].Value)).Where(reply => ProviderTexts.Classify(reply) == ReplyClass.RateLimited), Is.Empty);
    }

    [TestCase("assets_community_shaping.toml", 40)]
    [TestCase("assets_policy-extras_shaping.toml", 7)]
    public void What_others_slow_down_for_is_understood(string table, int texts)
    {
        var patterns = Pattern().Matches(File.ReadAllText(Corpora.Path($"provider-tables/{table}"))).Select(match => match.Groups["text"].Value).ToList();
        var examples = patterns.Select(pattern => Digits().Replace(pattern, "192.0.2.1").Replace(".*", " ").Replace("weren.t", "weren't").Replace("TS?S", "TSS").Replace("\\", "")).ToList();
        Assert.That(examples, Has.Count.GreaterThanOrEqualTo(texts));
        Assert.That(examples.Where(text => ProviderTexts.Classify(new SmtpReply(450, "", text)) == ReplyClass.Other), Is.Empty);
    }

    [GeneratedRegex("""(?:^regex *= *|^ +)(?:"|''')(?<text>[^\n]*?)(?:"|'''),?$""", RegexOptions.Multiline)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"(?:\\d\+\\\.){3}\\d\+")]
    private static partial Regex Digits();

    [GeneratedRegex("""\[\[(?<kind>defer|bounce)\.[^\]]*\]\]\s*code=(?<code>\d+)\s*msg="(?<text>[^\n]*)"\s""")]
    private static partial Regex Entry();
}
