using System.Text.RegularExpressions;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Host;

/// <summary>Files that nobody compiles say what the program says.</summary>
internal sealed partial class DeployTests
{
    [Test]
    public void Alerts_name_metrics_that_exist()
    {
        var documented = Repository.TableRows("docs/metrics.md").Select(row => row[0].Trim('`')).ToHashSet();
        var named = Metric().Matches(Repository.Read("deploy/prometheus-alerts.yml")).Select(match => match.Value).Distinct().ToList();

        Assert.That(named, Is.Not.Empty.And.SubsetOf(documented));
    }

    [Test]
    public void The_proxy_publishes_one_prefix()
    {
        var locations = Location().Matches(Repository.Read("deploy/nginx.conf")).Select(match => match.Groups[1].Value).ToList();

        Assert.That(locations, Is.EqualTo(new[] { "/m/", "/" }));
        Assert.That(Repository.Read("deploy/nginx.conf"), Does.Match(@"location / \{\s+return 404;"));
    }

    [Test]
    public void Caddy_publishes_the_same_one() =>
        Assert.That(Repository.Read("deploy/Caddyfile"), Does.Match(@"(?s)^#[^\n]*\n[^{]*\{\s+handle /m/\* \{\s+reverse_proxy 127\.0\.0\.1:8025\s+\}\s+handle \{\s+respond 404\s+\}\s+\}\s*$"));

    [Test]
    public void Variables_of_the_compose_file_are_keys()
    {
        var environment = Variable().Matches(Repository.Read("deploy/compose.yaml")).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

        Assert.That(environment, Is.Not.Empty);
        Assert.That(
            SmtpTransport.Host.Configuration.ConfigurationSource.Read(WriteEmpty(), new System.Collections.Hashtable(environment)),
            Is.TypeOf<SmtpTransport.Host.Configuration.ConfigurationResult.Valid>());
    }

    [Test]
    public void The_supervisors_wait_longer_than_the_drain()
    {
        Assert.That(Repository.Read("deploy/smtp-transport.service"), Does.Contain("TimeoutStopSec=40"));
        Assert.That(Repository.Read("deploy/compose.yaml"), Does.Contain("stop_grace_period: 40s"));
    }

    [Test]
    public void The_image_does_not_run_as_root() =>
        Assert.That(Repository.Read("Dockerfile"), Does.Match("(?s)USER \\$APP_UID.*HEALTHCHECK.*ENTRYPOINT"));

    private static string WriteEmpty()
    {
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, "empty.json");
        File.WriteAllText(file, "{}");
        return file;
    }

    [GeneratedRegex("smtptransport_[a-z_]+")]
    private static partial Regex Metric();

    [GeneratedRegex(@"location (\S+) \{")]
    private static partial Regex Location();

    [GeneratedRegex(@"(?m)^\s+(SMTPTRANSPORT_\S+): (.+)$")]
    private static partial Regex Variable();
}
