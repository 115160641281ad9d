using System.IO.Compression;
using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Mail.Dns;
using SmtpTransport.Mail.Fetching;

namespace SmtpTransport.Tests.Mail.Fetching;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class FileFetcherTests : IAsyncDisposable
{
    private const long Limit = 1_000_000;

    private readonly List<FakeWebHost> hosts = [];
    private readonly FakeDns dns = new FakeDns().Address("files.test", "127.0.0.1").Address("public.test", "192.0.2.1");
    private readonly TestTime time = new();

    // The certificates are of today.
    public FileFetcherTests() => time.Jump(DateTimeOffset.UtcNow - time.GetUtcNow());

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts)
            await host.DisposeAsync();
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(600_000)]
    public async Task A_file_comes_octet_by_octet_with_what_its_server_says_of_it(int size)
    {
        var file = RandomNumberGenerator.GetBytes(size);
        var host = Kept(FakeWebHost.With(file, "Content-Type: image/png\r\nContent-Disposition: attachment; filename*=UTF-8''f%C3%BCr.png\r\n"));

        await using var fetched = Fetched(await FetchAsync(host));

        await using var content = fetched.Content.OpenRead();
        using var octets = new MemoryStream();
        await content.CopyToAsync(octets);
        Assert.Multiple(() =>
        {
            Assert.That(octets.ToArray(), Is.EqualTo(file));
            Assert.That(fetched.Sha256.ToArray(), Is.EqualTo(SHA256.HashData(file)));
            Assert.That((fetched.MediaType?.MediaType, fetched.Name), Is.EqualTo(("image/png", "für.png")));
        });
    }

    [TestCase("filename*=UTF-8''f%C3%BCr.png")]
    [TestCase("filename=\"fÃ¼r.png\"")]
    public async Task A_name_beyond_ASCII_is_read_however_its_server_writes_it(string name)
    {
        // The fake writes octets as they are numbered: the second is UTF-8.
        await using var fetched = Fetched(await FetchAsync(Kept(FakeWebHost.With([1], $"Content-Disposition: attachment; {name}\r\n"))));

        Assert.That(fetched.Name, Is.EqualTo("für.png"));
    }

    [Test]
    public async Task Nothing_of_us_goes_along()
    {
        var host = Kept(FakeWebHost.With([1]));
        await using var _ = Fetched(await FetchAsync(host));

        Assert.That(host.Heard.Single(), Is.EqualTo($"GET /a.png HTTP/1.1\nHost: files.test:{host.Port}\nAccept-Encoding: identity\n"));
    }

    [TestCase("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "answers 404", false)]
    [TestCase("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", "answers 403", false)]
    [TestCase("HTTP/1.1 304 Not Modified\r\n\r\n", "answers 304", false)]
    [TestCase("HTTP/1.1 429 Slowly\r\nContent-Length: 0\r\n\r\n", "answers 429", true)]
    [TestCase("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "answers 503", true)]
    [TestCase("HTTP/1.1 206 Partial Content\r\nContent-Length: 1\r\n\r\nx", "answers 206", false)]
    [TestCase("220 mail.test ESMTP\r\n", "cannot be reached", true)]
    [TestCase("", "cannot be reached", true)]
    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "cannot be reached", true)]
    public async Task What_is_no_file_says_so_and_whether_it_may_pass(string answer, string why, bool mayPass)
    {
        var failed = Failed(await FetchAsync(Kept(FakeWebHost.Saying(answer))));

        Assert.That((failed.Why, failed.MayPass), Is.EqualTo((failed.Why.Contains(why, StringComparison.Ordinal) ? failed.Why : why, mayPass)));
    }

    [Test]
    public async Task A_file_that_is_announced_as_too_large_is_not_read()
    {
        var host = Kept(FakeWebHost.Saying($"HTTP/1.1 200 OK\r\nContent-Length: {Limit + 1}\r\n\r\n"));

        Assert.That(await FetchAsync(host), Is.TypeOf<FetchOutcome.TooLarge>());
    }

    [Test]
    public async Task A_body_without_end_is_left_at_the_limit()
    {
        var host = Kept(new FakeWebHost
        {
            Answer = async (_, stream) =>
            {
                await FakeWebHost.SayAsync(stream, "HTTP/1.1 200 OK\r\n\r\n");
                while (true)
                    await stream.WriteAsync(new byte[64 * 1024]);
            },
        });

        Assert.That(await FetchAsync(host), Is.TypeOf<FetchOutcome.TooLarge>());
    }

    [Test]
    public async Task What_goes_beyond_its_announced_length_is_no_part_of_the_file()
    {
        var host = Kept(FakeWebHost.Saying("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfile and more"));

        await using var fetched = Fetched(await FetchAsync(host));

        Assert.That(fetched.Content.Length, Is.EqualTo(4));
    }

    [Test]
    public async Task A_body_that_trickles_is_left_in_time()
    {
        var host = Kept(new FakeWebHost
        {
            Answer = async (_, stream) =>
            {
                await FakeWebHost.SayAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx");
                time.Advance(FileFetcher.AtMost);
                await stream.ReadExactlyAsync(new byte[1]);
            },
        });

        var failed = Failed(await FetchAsync(host));

        Assert.That((failed.Why, failed.MayPass), Is.EqualTo(("its server is too slow", true)));
    }

    [Test]
    public async Task What_is_compressed_unasked_is_not_unpacked()
    {
        using var bomb = new MemoryStream();
        await using (var packed = new GZipStream(bomb, CompressionLevel.Fastest, leaveOpen: true))
            await packed.WriteAsync(new byte[100_000_000]);
        Assert.That(bomb.Length, Is.LessThan(Limit));

        var failed = Failed(await FetchAsync(Kept(FakeWebHost.With(bomb.ToArray(), "Content-Encoding: gzip\r\n"))));

        Assert.That(failed.Why, Is.EqualTo("its server sends it compressed"));
    }

    [Test]
    public async Task A_redirect_leads_to_the_file()
    {
        var file = Kept(FakeWebHost.With([1, 2, 3]));
        var first = Kept(Moving(host => host == "/a.png" ? "/b.png" : $"http://files.test:{file.Port}/c.png"));

        await using var fetched = Fetched(await FetchAsync(first));

        Assert.That(fetched.Content.Length, Is.EqualTo(3));
        Assert.That(file.Heard.Single(), Does.StartWith("GET /c.png "));
    }

    [Test]
    public async Task A_circle_of_redirects_ends()
    {
        var host = Kept(Moving(_ => "/a.png"));

        Assert.That(Failed(await FetchAsync(host)).Why, Does.Contain("without end"));
        Assert.That(host.Heard, Has.Count.EqualTo(6));
    }

    [TestCase("file:///etc/passwd")]
    [TestCase("ftp://files.test/x")]
    [TestCase("http://files.test/x")]
    public async Task A_redirect_to_something_less_safe_is_not_followed(string location)
    {
        var host = Kept(new FakeWebHost
        {
            Certificate = TestCertificates.For("files.test"),
            Answer = (_, stream) => FakeWebHost.SayAsync(stream, $"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"),
        });

        Assert.That(Failed(await FetchAsync(host, "https")).Why, Does.Contain("not safe"));
    }

    [TestCase("files.test")]
    [TestCase("127.0.0.1")]
    [TestCase("localhost")]
    [TestCase("127.1")]
    [TestCase("2130706433")]
    [TestCase("0x7f000001")]
    [TestCase("0177.0.0.1")]
    [TestCase("0.0.0.0")]
    [TestCase("[::1]")]
    [TestCase("[::ffff:127.0.0.1]")]
    [TestCase("[::ffff:7f00:1]")]
    [TestCase("[::127.0.0.1]")]
    [TestCase("[64:ff9b::7f00:1]")]
    [TestCase("127.0.0.1.")]
    public async Task No_spelling_of_our_own_machine_is_dialled(string name)
    {
        var host = Kept(FakeWebHost.With([1]));

        var failed = Failed(await Fetcher(isPrivateAllowed: false).FetchAsync(new Uri($"http://{name}:{host.Port}/a.png"), Limit, Nobody, default));

        Assert.That(host.Heard, Is.Empty);
        Assert.That(failed.Why, Is.EqualTo("the mail gateway may not fetch from that address").Or.EqualTo("its server cannot be reached"));
    }

    [Test]
    public void An_address_of_this_machine_is_its_own_even_when_it_is_public()
    {
        var own = NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address);

        Assert.That(own.Append(IPAddress.Loopback).Select(OwnAddresses.IsLocal), Is.All.True);
        Assert.That(OwnAddresses.IsLocal(IPAddress.Parse("192.0.2.1")), Is.False);
    }

    [TestCase("http", true)]
    [TestCase("https", false)]
    public async Task Our_own_upload_service_is_known_by_scheme_host_and_port(string scheme, bool isOurs)
    {
        var host = Kept(FakeWebHost.With([1, 2]));
        var ours = new HashSet<WebOrigin> { new(scheme, "files.test", host.Port) };

        var outcome = await Fetcher(isPrivateAllowed: false).FetchAsync(Address(host), Limit, ours, default);

        Assert.That(outcome is FetchOutcome.Fetched, Is.EqualTo(isOurs));
        Assert.That(host.Heard, Has.Count.EqualTo(isOurs ? 1 : 0));
        if (outcome is FetchOutcome.Fetched(var file))
            await file.DisposeAsync();
    }

    [Test]
    public async Task A_redirect_from_our_own_service_into_our_network_is_not_followed()
    {
        var inside = Kept(FakeWebHost.With([1]));
        var host = Kept(Moving(_ => $"http://inside.test:{inside.Port}/secret"));
        dns.Address("inside.test", "127.0.0.1");

        var failed = Failed(await Fetcher(isPrivateAllowed: false).FetchAsync(Address(host), Limit, new HashSet<WebOrigin> { WebOrigin.Of(Address(host)) }, default));

        Assert.That(failed.Why, Does.Contain("may not fetch"));
        Assert.That(inside.Heard, Is.Empty);
    }

    [Test]
    public async Task The_address_that_was_judged_is_the_one_that_is_dialled()
    {
        var host = Kept(FakeWebHost.With([1]));
        dns.Address("rebind.test", "192.0.2.1");
        var fetching = Fetcher(isPrivateAllowed: false).FetchAsync(new Uri($"http://rebind.test:{host.Port}/a.png"), Limit, Nobody, default);
        await time.Timer(TimeSpan.FromSeconds(10));
        dns.Address("rebind.test", "127.0.0.1");
        time.Advance(FileFetcher.AtMost);

        Assert.That(await fetching, Is.TypeOf<FetchOutcome.Failed>());
        Assert.That((dns.Asked.Count, host.Heard.Count), Is.EqualTo((1, 0)), "whoever asks twice is led inside");
    }

    [TestCase(25)]
    [TestCase(22)]
    [TestCase(1023)]
    public async Task Ports_of_other_protocols_do_not_hear_us(int port)
    {
        var failed = Failed(await Fetcher(isPrivateAllowed: true).FetchAsync(new Uri($"http://files.test:{port}/a"), Limit, Nobody, default));

        Assert.That(failed.Why, Does.Contain("may not fetch"));
        Assert.That(dns.Asked, Is.Empty);
    }

    [Test]
    public async Task A_certificate_for_somebody_else_is_told()
    {
        var host = Kept(new FakeWebHost { Certificate = TestCertificates.For("elsewhere.test"), Answer = (_, stream) => FakeWebHost.SayAsync(stream, "HTTP/1.1 200 OK\r\n\r\nx") });

        var failed = Failed(await FetchAsync(host, "https"));

        Assert.That((failed.Why, failed.MayPass), Is.EqualTo(("the certificate of its server is no good: the certificate is for elsewhere.test, and not for files.test", false)));
        Assert.That(host.Heard, Is.Empty);
    }

    [Test]
    public async Task A_name_server_that_fails_is_trouble_that_may_pass()
    {
        dns.Address("files.test", DnsStatus.Failed);

        Assert.That(Failed(await FetchAsync(Kept(FakeWebHost.With([1])))).MayPass, Is.True);
    }

    [Test]
    public void The_programs_own_end_is_no_trouble_of_the_file()
    {
        using var stopping = new CancellationTokenSource();
        var host = Kept(new FakeWebHost
        {
            Answer = async (_, stream) =>
            {
                await stopping.CancelAsync();
                await stream.ReadExactlyAsync(new byte[1]);
            },
        });

        Assert.That(async () => await Fetcher(isPrivateAllowed: true).FetchAsync(Address(host), Limit, Nobody, stopping.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    private static IReadOnlySet<WebOrigin> Nobody { get; } = new HashSet<WebOrigin>();

    private static FakeWebHost Moving(Func<string, string> to) => new()
    {
        Answer = (path, stream) => FakeWebHost.SayAsync(stream, $"HTTP/1.1 302 Found\r\nLocation: {to(path)}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
    };

    private static Uri Address(FakeWebHost host, string scheme = "http") => new($"{scheme}://files.test:{host.Port}/a.png");

    private static FetchedFile Fetched(FetchOutcome outcome)
    {
        Assert.That(outcome, Is.TypeOf<FetchOutcome.Fetched>());
        return ((FetchOutcome.Fetched)outcome).File;
    }

    private static FetchOutcome.Failed Failed(FetchOutcome outcome)
    {
        Assert.That(outcome, Is.TypeOf<FetchOutcome.Failed>());
        return (FetchOutcome.Failed)outcome;
    }

    private FakeWebHost Kept(FakeWebHost host)
    {
        hosts.Add(host);
        return host;
    }

    private FileFetcher Fetcher(bool isPrivateAllowed) => new(
        new DeliveryOptions { Hostname = "gw.test", AllowPrivateAddresses = isPrivateAllowed, TrustedCertificates = [TestCertificates.Authority] }, dns, time);

    private Task<FetchOutcome> FetchAsync(FakeWebHost host, string scheme = "http") =>
        Fetcher(isPrivateAllowed: true).FetchAsync(Address(host, scheme), Limit, Nobody, default);
}
