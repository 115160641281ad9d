using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class Rspamd_has_its_say(ServerKind server) : Scenario(server)
{
    // The test patterns that rspamd knows; the first letter says what it is to do.
    private const string Pattern = "JS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";

    [Test]
    public async Task Spam_is_refused_suspicious_mail_is_marked_and_without_rspamd_mail_passes()
    {
        if (!RspamdServer.IsPossible)
            Assert.Ignore("rspamd and root are needed");
        var rspamd = Keep(new RspamdServer());
        await rspamd.StartAsync();
        var gateway = await StartGatewayAsync(configuration => configuration["Inbound:Rspamd"] = rspamd.Url);
        var alice = await NewClientAsync();

        var spam = await SmtpConversation.MailAsync(gateway.SmtpPort, "bob@mail.test", alice.BareJid, Text.Mail("bob@mail.test", alice.BareJid, "Buy", "X" + Pattern));
        Assert.That(spam.Text, Does.StartWith("550 5.7.1"));

        var suspicious = await SmtpConversation.MailAsync(gateway.SmtpPort, "bob@mail.test", alice.BareJid, Text.Mail("bob@mail.test", alice.BareJid, "Maybe", "Y" + Pattern));
        Assert.That(suspicious.Code, Is.EqualTo(250), suspicious.Text);
        await alice.MessageAsync("[Warning: the spam filter finds this mail suspicious.]");

        await rspamd.DisposeAsync();
        var unexamined = await SmtpConversation.MailAsync(gateway.SmtpPort, "bob@mail.test", alice.BareJid, Text.Mail("bob@mail.test", alice.BareJid, "Later", "rspamd is gone"));
        Assert.That(unexamined.Code, Is.EqualTo(250), unexamined.Text);
        await alice.MessageAsync("rspamd is gone");
    }
}
