using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SmtpTransport.Host.Endpoints;
using SmtpTransport.Tests.Support;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Tests.Host.Endpoints;

internal sealed class HealthEndpointsTests
{
    private FakeLink link = null!;
    private FakeLifetime lifetime = null!;
    private WebApplication app = null!;

    [SetUp]
    public void Build()
    {
        (link, lifetime) = (new FakeLink(), new FakeLifetime());
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(new Readiness(
            lifetime, link, new ComponentOptions { Server = new DnsEndPoint("127.0.0.1", 5347), Domain = Jid.Parse("smtp.example.org"), Secret = "x" }));
        app = builder.Build();
        app.MapHealth();
    }

    [TearDown]
    public async Task Dispose() => await app.DisposeAsync();

    [Test]
    public async Task A_process_that_answers_is_healthy() =>
        Assert.That((await InProcessHttp.GetAsync(app, "/healthz")).Status, Is.EqualTo(200));

    [Test]
    public async Task Listener_up_and_component_bound_is_ready()
    {
        lifetime.Start();
        link.DownSince = null;

        Assert.That(await InProcessHttp.GetAsync(app, "/readyz"), Is.EqualTo((200, "ready\n")));
    }

    [Test]
    public async Task An_unbound_component_is_named()
    {
        lifetime.Start();
        link.DownSince = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

        Assert.That(await InProcessHttp.GetAsync(app, "/readyz"),
            Is.EqualTo((503, "The component smtp.example.org is not bound to 127.0.0.1:5347 since 2026-11-22 12:00:00Z.\n")));
    }

    [Test]
    public async Task A_listener_that_is_not_up_is_named()
    {
        link.DownSince = null;

        Assert.That(await InProcessHttp.GetAsync(app, "/readyz"), Is.EqualTo((503, "The SMTP listener is not up yet.\n")));
    }

    [Test]
    public async Task A_gateway_that_stops_is_not_ready()
    {
        lifetime.Start();
        link.DownSince = null;
        lifetime.StopApplication();

        Assert.That(await InProcessHttp.GetAsync(app, "/readyz"), Is.EqualTo((503, "The gateway is stopping.\n")));
    }

    private sealed class FakeLifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted { get; private set; }

        public CancellationToken ApplicationStopping { get; private set; }

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void Start() => ApplicationStarted = new CancellationToken(canceled: true);

        public void StopApplication() => ApplicationStopping = new CancellationToken(canceled: true);
    }
}
