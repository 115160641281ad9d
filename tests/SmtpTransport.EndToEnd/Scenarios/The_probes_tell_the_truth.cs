using System.Net;
using SmtpTransport.EndToEnd.Support;

namespace SmtpTransport.EndToEnd.Scenarios;

internal sealed class The_probes_tell_the_truth(ServerKind server) : Scenario(server)
{
    private const string Bob = "bob@mail.test";

    protected override bool OwnServer => true;

    [Test]
    public async Task Readyz_names_the_component_while_it_is_not_bound()
    {
        var gateway = await StartGatewayAsync();

        await Server.StopAsync();
        await gateway.UnreadyAsync();
        Assert.That(await gateway.PageAsync("/readyz"), Does.Contain("component").IgnoreCase);
        Assert.That(await gateway.StatusAsync("/healthz"), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await gateway.PageAsync("/metrics"), Does.Match(@"(?m)^smtptransport_component_up(\{\})? 0"));

        await Server.StartAsync();
        await gateway.ReadyAsync();
        Assert.That(await gateway.PageAsync("/metrics"), Does.Match(@"(?m)^smtptransport_component_up(\{\})? 1"));
    }

    [Test]
    public async Task The_counters_count_what_happened()
    {
        Sink.Answer("RCPT", "451 4.3.0 Later", containing: "slow@");
        var gateway = await StartGatewayAsync(configuration => configuration["Delivery:RetryAfter"] = new System.Text.Json.Nodes.JsonArray("01:00"));
        var alice = await NewClientAsync();

        await SmtpConversation.MailAsync(gateway.SmtpPort, Bob, alice.BareJid, Text.Mail(Bob, alice.BareJid, "Hi", "counted"));
        await alice.MessageAsync("counted");
        alice.SendMessage(Contact(Bob), "counted too");
        await Sink.MailAsync("counted too");
        alice.SendMessage(Contact("slow@mail.test"), "still waiting");

        await MetricAsync(gateway, @"smtptransport_mails_received_total\{result=""accepted""\} 1");
        await MetricAsync(gateway, @"smtptransport_mails_delivered_total\{direction=""mail-to-chat""\} 1");
        await MetricAsync(gateway, @"smtptransport_mails_delivered_total\{direction=""chat-to-mail""\} 1");
        await MetricAsync(gateway, @"smtptransport_queue_items\{direction=""chat-to-mail"",state=""\w+""\} 1");
        await MetricAsync(gateway, @"smtptransport_queue_oldest_seconds\{direction=""chat-to-mail""\} [0-9.]+");
    }

    /// <summary>Compressed, and in the format that it likes best.</summary>
    [Test]
    public async Task A_scrape_as_Prometheus_makes_it_is_readable()
    {
        var gateway = await StartGatewayAsync();
        using var http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All });
        http.DefaultRequestHeaders.Add("Accept", "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1");

        using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{gateway.Configuration.WebPort}/metrics"));

        Assert.That(answer.Content.Headers.ContentType?.ToString(), Is.EqualTo("text/plain; version=0.0.4; charset=utf-8"));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Match("(?m)^smtptransport_component_up 1$"));
    }

    private static async Task MetricAsync(GatewayProcess gateway, string pattern)
    {
        var page = "";
        try
        {
            await Patience.UntilAsync(
                "the figure is there",
                async () => System.Text.RegularExpressions.Regex.IsMatch(page = await gateway.PageAsync("/metrics"), "(?m)^" + pattern));
        }
        catch (TimeoutException)
        {
            Assert.Fail($"No {pattern} in:\n{page}");
        }
    }
}
