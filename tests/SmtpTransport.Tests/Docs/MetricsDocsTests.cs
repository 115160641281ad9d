using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Host.Telemetry;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Docs;

/// <summary>What /metrics really says, against docs/metrics.md.</summary>
internal sealed partial class MetricsDocsTests
{
    private WebApplication app = null!;
    private GatewayMetrics metrics = null!;

    [SetUp]
    public void Build()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore().AddSingleton(TimeProvider.System);
        app = builder.AddTelemetry().Build();
        app.MapMetrics();
        metrics = app.Services.GetRequiredService<GatewayMetrics>();
    }

    [TearDown]
    public async Task Dispose() => await app.DisposeAsync();

    [Test]
    public async Task Names_and_labels_are_those_of_the_page_before_anything_happened()
    {
        var documented =
            from row in Repository.TableRows("docs/metrics.md")
            where row[0].StartsWith('`')
            select $"{row[0].Trim('`')} {{{string.Join(",", CodeWord().Matches(row[2]).Select(label => label.Groups[1].Value).Order())}}}";

        var exported =
            from sample in await ScrapeAsync()
            select $"{sample.Name} {{{string.Join(",", LabelName().Matches(sample.Labels).Select(label => label.Groups[1].Value).Order())}}}";

        Assert.That(exported.Distinct().Order(), Is.EqualTo(documented.Order()));
    }

    /// <summary>As Prometheus asks.</summary>
    [Test]
    public async Task The_text_is_the_same_whatever_a_client_offers_to_take()
    {
        var plain = await InProcessHttp.GetAsync(app, "/metrics");
        var negotiated = await InProcessHttp.GetAsync(
            app, "/metrics",
            ("Accept", "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"),
            ("Accept-Encoding", "gzip"));

        Assert.That(negotiated, Is.EqualTo(plain));
    }

    [Test]
    public async Task Events_are_counted_under_their_labels()
    {
        metrics.MailReceived(ReceiptResult.Accepted);
        metrics.MailReceived(ReceiptResult.Accepted);
        metrics.MailReceived(ReceiptResult.Refused);
        metrics.MessageReceived(ReceiptResult.Deferred);
        metrics.MailDelivered(MailDirection.ChatToMail);
        metrics.MailDeferred(MailDirection.MailToChat);
        metrics.MailFailed(MailDirection.ChatToMail);
        metrics.LateRefusal();
        metrics.Bounce(BounceResult.Repeated);
        metrics.AuthVerdict("spf", "pass");

        var samples = (await ScrapeAsync()).ToDictionary(sample => sample.Name + sample.Labels, sample => sample.Value);

        Assert.Multiple(() =>
        {
            Assert.That(samples["smtptransport_mails_received_total{result=\"accepted\"}"], Is.EqualTo("2"));
            Assert.That(samples["smtptransport_mails_received_total{result=\"refused\"}"], Is.EqualTo("1"));
            Assert.That(samples["smtptransport_mails_received_total{result=\"deferred\"}"], Is.EqualTo("0"));
            Assert.That(samples["smtptransport_messages_received_total{result=\"deferred\"}"], Is.EqualTo("1"));
            Assert.That(samples["smtptransport_mails_delivered_total{direction=\"chat-to-mail\"}"], Is.EqualTo("1"));
            Assert.That(samples["smtptransport_mails_delivered_total{direction=\"mail-to-chat\"}"], Is.EqualTo("0"));
            Assert.That(samples["smtptransport_mails_deferred_total{direction=\"mail-to-chat\"}"], Is.EqualTo("1"));
            Assert.That(samples["smtptransport_mails_failed_total{direction=\"chat-to-mail\"}"], Is.EqualTo("1"));
            Assert.That(samples["smtptransport_bounces_total{result=\"repeated\"}"], Is.EqualTo("1"));
            Assert.That(samples["smtptransport_late_refusals_total"], Is.EqualTo("1"));
            Assert.That(samples["smtptransport_auth_verdicts_total{check=\"spf\",result=\"pass\"}"], Is.EqualTo("1"));
        });
    }

    [Test]
    public async Task Every_reason_of_a_refusal_is_explained()
    {
        var exported =
            from sample in await ScrapeAsync()
            where sample.Name == "smtptransport_refusals_total"
            select LabelValue().Match(sample.Labels).Groups[1].Value;

        var row = Repository.TableRows("docs/metrics.md").Single(row => row[0] == "`smtptransport_refusals_total`");

        Assert.That(ReasonWord().Matches(row[3]).Select(word => word.Groups[1].Value).Order(), Is.EqualTo(exported.Order()));
    }

    [Test]
    public async Task Gauges_show_what_they_observe()
    {
        metrics.ObserveComponent(() => true);
        metrics.ObserveStorage(() => 4096);
        metrics.ObserveQueue(() => new QueueLevels(
            [new QueueLevel(MailDirection.ChatToMail, "held", 3)],
            new Dictionary<MailDirection, TimeSpan> { [MailDirection.ChatToMail] = TimeSpan.FromSeconds(42) }));

        var samples = (await ScrapeAsync()).ToDictionary(sample => sample.Name + sample.Labels, sample => sample.Value);

        Assert.Multiple(() =>
        {
            Assert.That(samples["smtptransport_component_up"], Is.EqualTo("1"));
            Assert.That(samples["smtptransport_storage_free_bytes"], Is.EqualTo("4096"));
            Assert.That(samples["smtptransport_queue_items{direction=\"chat-to-mail\",state=\"held\"}"], Is.EqualTo("3"));
            Assert.That(samples["smtptransport_queue_items{direction=\"mail-to-chat\",state=\"waiting\"}"], Is.EqualTo("0"));
            Assert.That(samples["smtptransport_queue_oldest_seconds{direction=\"chat-to-mail\"}"], Is.EqualTo("42"));
            Assert.That(samples["smtptransport_queue_oldest_seconds{direction=\"mail-to-chat\"}"], Is.EqualTo("0"));
        });
    }

    private async Task<IReadOnlyList<(string Name, string Labels, string Value)>> ScrapeAsync()
    {
        var (status, text) = await InProcessHttp.GetAsync(app, "/metrics");
        Assert.That(status, Is.EqualTo(200));
        return
        [
            .. from line in text.Split('\n')
               where line.StartsWith("smtptransport", StringComparison.Ordinal)
               let sample = Sample().Match(line)
               select (sample.Groups[1].Value, sample.Groups[2].Value.Replace("{}", "", StringComparison.Ordinal), sample.Groups[3].Value),
        ];
    }

    [GeneratedRegex(@"^(\w+)(\{.*\})? (\S+)")]
    private static partial Regex Sample();

    [GeneratedRegex("`([a-z]+)`")]
    private static partial Regex CodeWord();

    [GeneratedRegex("`([a-z-]+)`")]
    private static partial Regex ReasonWord();

    [GeneratedRegex("=\"([^\"]+)\"")]
    private static partial Regex LabelValue();

    [GeneratedRegex("([a-z_]+)=\"")]
    private static partial Regex LabelName();
}
