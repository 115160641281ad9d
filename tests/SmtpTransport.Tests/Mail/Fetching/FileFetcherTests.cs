using System.IO.Compression;
using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Mail.Dns;
using SmtpTransport.Mail.Fetching;

namespace SmtpTransport.Tests.Mail.Fetching;

/// <summary>What becomes of a file on its way.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class FileFetcherTests : FileFetcherFixture
{
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
                Time.Advance(FileFetcher.AtMost);
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
        Dns.Address("files.test", DnsStatus.Failed);

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
}
