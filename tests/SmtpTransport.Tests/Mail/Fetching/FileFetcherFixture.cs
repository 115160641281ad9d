using SmtpTransport.Mail.Delivery;
using SmtpTransport.Mail.Fetching;

namespace SmtpTransport.Tests.Mail.Fetching;

/// <summary>Web hosts and a name server around a fetcher.</summary>
internal abstract class FileFetcherFixture : IAsyncDisposable
{
    protected const long Limit = 1_000_000;

    private readonly List<FakeWebHost> hosts = [];
    protected FakeDns Dns { get; } = new FakeDns().Address("files.test", "127.0.0.1").Address("public.test", "192.0.2.1");
    protected TestTime Time { get; } = new();

    // The certificates are of today.
    protected FileFetcherFixture() => Time.Jump(DateTimeOffset.UtcNow - Time.GetUtcNow());

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts)
            await host.DisposeAsync();
    }

    protected static IReadOnlySet<WebOrigin> Nobody { get; } = new HashSet<WebOrigin>();

    protected static FakeWebHost Moving(Func<string, string> to) => new()
    {
        Answer = (path, stream) => FakeWebHost.SayAsync(stream, $"HTTP/1.1 302 Found\r\nLocation: {to(path)}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
    };

    protected static Uri Address(FakeWebHost host, string scheme = "http") => new($"{scheme}://files.test:{host.Port}/a.png");

    protected static FetchedFile Fetched(FetchOutcome outcome)
    {
        Assert.That(outcome, Is.TypeOf<FetchOutcome.Fetched>());
        return ((FetchOutcome.Fetched)outcome).File;
    }

    protected static FetchOutcome.Failed Failed(FetchOutcome outcome)
    {
        Assert.That(outcome, Is.TypeOf<FetchOutcome.Failed>());
        return (FetchOutcome.Failed)outcome;
    }

    protected FakeWebHost Kept(FakeWebHost host)
    {
        hosts.Add(host);
        return host;
    }

    protected FileFetcher Fetcher(bool isPrivateAllowed) => new(
        new DeliveryOptions { Hostname = "gw.test", AllowPrivateAddresses = isPrivateAllowed, TrustedCertificates = [TestCertificates.Authority] }, Dns, Time);

    protected Task<FetchOutcome> FetchAsync(FakeWebHost host, string scheme = "http") =>
        Fetcher(isPrivateAllowed: true).FetchAsync(Address(host, scheme), Limit, Nobody, default);
}
