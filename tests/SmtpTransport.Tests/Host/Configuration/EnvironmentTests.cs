using System.Collections;
using SmtpTransport.Host.Configuration;

namespace SmtpTransport.Tests.Host.Configuration;

internal sealed class EnvironmentTests
{
    [Test]
    public void The_environment_wins_over_the_file()
    {
        var configuration = Fixture.Valid("""
            "Delivery": { "Port": 2500, "RetryAfter": ["00:01", "00:02"] }
            """,
            ("SMTPTRANSPORT_Delivery__Port", "2600"), ("SMTPTRANSPORT_Delivery__RetryAfter__0", "00:09"), ("SMTPTRANSPORT_XMPP__SECRET", "other"),
            ("SMTPTRANSPORT_Mail__Domains__mail.example", "example.org"));

        Assert.Multiple(() =>
        {
            Assert.That(configuration.Delivery.Port, Is.EqualTo(2600));
            Assert.That(configuration.Retry.RetryAfter, Is.EqualTo(new[] { TimeSpan.FromMinutes(9) }));
            Assert.That(configuration.Component.Secret, Is.EqualTo("other"));
            Assert.That(configuration.Addresses.MailDomains["mail.example"], Is.EqualTo("example.org"));
        });
    }

    [Test]
    public void An_unknown_variable_is_a_fault() =>
        Assert.That(Fixture.Faults("", ("SMTPTRANSPORT_Xmpp__Sceret", "x")),
            Is.EqualTo(new[] { "SMTPTRANSPORT_Xmpp__Sceret in the environment is no key of this program. Did you mean Xmpp:Secret?" }));

    [Test]
    public void One_variable_in_two_spellings_is_a_fault_among_the_others() =>
        Assert.That(Fixture.Faults("", ("SMTPTRANSPORT_Delivery__Port", "25"), ("SMTPTRANSPORT_DELIVERY__PORT", "26"), ("SMTPTRANSPORT_Zebra", "x")),
            Has.Count.EqualTo(2).And.Exactly(1).Matches("(?i)^Delivery:Port is in the environment in several spellings").And.Exactly(1).Contains("Zebra"));

    [Test]
    public void Other_programs_variables_are_not_ours() =>
        Assert.That(Fixture.Faults("", ("SMTP_Xmpp__Secret", "x"), ("PATH", "/bin")), Is.Empty);

    [Test]
    public void A_missing_file_that_was_named_is_a_fault() =>
        Assert.That(Fixture.Faults(ConfigurationSource.Read("/nowhere/gateway.json", new Hashtable())),
            Has.Count.EqualTo(1).And.All.StartsWith("/nowhere/gateway.json cannot be read"));

    [Test]
    public void Log_levels_may_come_from_both()
    {
        var logging = Fixture.Valid("""
            "Logging": { "LogLevel": { "Default": "Warning", "SmtpTransport": "debug" }, "Console": { "FormatterName": "json" } }
            """, ("SMTPTRANSPORT_Logging__LogLevel__Default", "Trace")).Logging;

        Assert.Multiple(() =>
        {
            Assert.That(logging["Logging:LogLevel:Default"], Is.EqualTo("Trace"));
            Assert.That(logging["Logging:LogLevel:SmtpTransport"], Is.EqualTo("debug"));
            Assert.That(logging["Logging:Console:FormatterName"], Is.EqualTo("json"));
        });
    }
}
