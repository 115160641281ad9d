using Microsoft.Extensions.Configuration;
using SmtpTransport.Host.Configuration;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Docs;

internal sealed class ConfigurationDocsTests
{
    private static IEnumerable<string> Documented =>
        from row in Repository.TableRows("docs/configuration.md")
        where row[0].StartsWith('`')
        select row[0].Trim('`');

    private static IReadOnlyList<string> Known
    {
        get
        {
            var nothing = new ConfigurationBuilder().Build();
            var settings = new Settings(nothing, nothing);
            ConfigurationReader.Read(settings, nothing, nothing);
            return settings.Known;
        }
    }

    [Test]
    public void Every_key_is_documented_once() => Assert.That(Documented.Order(), Is.EqualTo(Known.Order()));

    [Test]
    public void The_sample_has_no_fault_but_its_missing_secret()
    {
        var faults = ConfigurationSource.Read(Repository.Path("deploy/smtp-transport.json"), new System.Collections.Hashtable()) is ConfigurationResult.Faulty(var found)
            ? found
            : [];

        Assert.That(faults.Select(fault => fault.Key), Is.EqualTo(new[] { "Xmpp:SecretFile" }));
    }
}
