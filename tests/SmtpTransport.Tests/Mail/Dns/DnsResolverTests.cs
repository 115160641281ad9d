using System.Net;
using SmtpTransport.Mail.Dns;
using SmtpTransport.Tests.Support;
using static SmtpTransport.Tests.Support.FakeDnsServer;

namespace SmtpTransport.Tests.Mail.Dns;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class DnsResolverTests : IAsyncDisposable
{
    private static readonly DnsReply Servfail = new([]) { Code = 2 };

    private readonly FakeDnsServer server = new();
    private readonly DnsResolver resolver;

    public DnsResolverTests() => resolver = new DnsResolver(new DnsOptions { Servers = [server.EndPoint] });

    /// <summary>What a forger or a broken server makes of an answer.</summary>
    public static IEnumerable<TestCaseData> Lies() => new Dictionary<string, Func<byte[], byte[]>>
    {
        ["wrong id"] = answer => [(byte)~answer[0], .. answer[1..]],
        ["another question"] = answer => [.. answer[..13], (byte)(answer[13] ^ 1), .. answer[14..]],
        ["no question"] = answer => [.. answer[..4], 0, 0, .. answer[6..12], .. answer[(Array.IndexOf<byte>(answer, 0, 12) + 5)..]],
        ["the question alone, as if asked"] = answer => [answer[0], answer[1], 1, 0, .. answer[4..]],
        ["a good header and then garbage"] = answer => [.. answer[..12], .. Enumerable.Repeat<byte>(0xff, 40)],
        ["more records announced than there are"] = answer => [.. answer[..6], 0x7f, 0xff, .. answer[8..]],
        ["cut off in the middle"] = answer => answer[..20],
        ["a name that points to itself"] = answer => [.. answer[..12], 0xc0, 12, .. answer[12..]],
    }.Select(lie => new TestCaseData(lie.Value).SetArgDisplayNames(lie.Key));

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private DnsResolver Impatient => new(new DnsOptions { Servers = [server.EndPoint] }, TimeSpan.FromMilliseconds(200));

    [Test]
    public async Task MX_hosts_come_without_the_trailing_dot()
    {
        server.With("mail.test", DnsType.MX, Mx(20, "b.mail.test"), Mx(10, "a.mail.test"));
        var answer = await resolver.MxAsync("mail.test", default);
        Assert.That(answer.Status, Is.EqualTo(DnsStatus.Found));
        Assert.That(answer.Records, Is.EqualTo(new[] { new MailExchange(10, "a.mail.test"), new MailExchange(20, "b.mail.test") }));
    }

    [Test]
    public async Task A_null_MX_has_an_empty_host()
    {
        server.With("mail.test", DnsType.MX, Mx(0, ""));
        Assert.That((await resolver.MxAsync("mail.test", default)).Records.Single(), Is.EqualTo(new MailExchange(0, "")));
    }

    [Test]
    public async Task A_name_that_does_not_exist_is_told_from_a_name_without_such_records()
    {
        server.With("mail.test", DnsType.TXT, Txt("x"));
        Assert.That((await resolver.MxAsync("mail.test", default)).Status, Is.EqualTo(DnsStatus.NoData));
        Assert.That((await resolver.MxAsync("none.test", default)).Status, Is.EqualTo(DnsStatus.NoSuchDomain));
    }

    [TestCase(2)]
    [TestCase(4)]
    [TestCase(5)]
    public async Task An_error_of_the_server_says_nothing_about_the_name(int code)
    {
        server.With("mail.test", DnsType.MX, new DnsReply([]) { Code = code });
        Assert.That((await resolver.MxAsync("mail.test", default)).Status, Is.EqualTo(DnsStatus.Failed));
    }

    [Test]
    public async Task Silence_is_a_failure_after_a_second_try()
    {
        server.With("mail.test", DnsType.MX, new DnsReply([]) { Silent = true });
        var impatient = new DnsResolver(new DnsOptions { Servers = [server.EndPoint] }, TimeSpan.FromMilliseconds(100));
        Assert.That((await impatient.MxAsync("mail.test", default)).Status, Is.EqualTo(DnsStatus.Failed));
        Assert.That(server.Asked, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task The_next_server_is_asked_when_the_first_fails()
    {
        await using var second = new FakeDnsServer().With("mail.test", DnsType.MX, Mx(10, "a.mail.test"));
        server.With("mail.test", DnsType.MX, Servfail);
        var both = new DnsResolver(new DnsOptions { Servers = [server.EndPoint, second.EndPoint] });
        Assert.That((await both.MxAsync("mail.test", default)).Status, Is.EqualTo(DnsStatus.Found));
    }

    [Test]
    public async Task A_truncated_answer_is_fetched_over_TCP()
    {
        server.With("mail.test", DnsType.TXT, new DnsReply([Txt("long")]) { Truncated = true });
        Assert.That((await resolver.TxtAsync("mail.test", default)).Records, Is.EqualTo(new[] { "long" }));
        Assert.That(server.Asked, Is.EqualTo(new[] { "TXT mail.test udp", "TXT mail.test tcp" }));
    }

    [Test]
    public async Task Addresses_of_both_families_come_together()
    {
        server.With("mx.test", DnsType.A, Address("192.0.2.1"), Address("192.0.2.2")).With("mx.test", DnsType.AAAA, Address("2001:db8::1"));
        var answer = await resolver.AddressesAsync("mx.test", default);
        Assert.That(answer.Records.Select(address => address.ToString()), Is.EqualTo(new[] { "192.0.2.1", "192.0.2.2", "2001:db8::1" }));
    }

    [Test]
    public async Task One_family_is_enough()
    {
        server.With("mx.test", DnsType.A, Servfail).With("mx.test", DnsType.AAAA, Address("2001:db8::1"));
        server.With("old.test", DnsType.A, Address("192.0.2.1"));
        Assert.That((await resolver.AddressesAsync("mx.test", default)).Records, Has.Count.EqualTo(1));
        Assert.That((await resolver.AddressesAsync("old.test", default)).Records, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task When_one_family_fails_and_the_other_has_nothing_nothing_is_known()
    {
        server.With("mx.test", DnsType.A).With("mx.test", DnsType.AAAA, Servfail);
        Assert.That((await resolver.AddressesAsync("mx.test", default)).Status, Is.EqualTo(DnsStatus.Failed));
    }

    [Test]
    public async Task A_name_without_addresses_is_told_from_no_name()
    {
        server.With("mx.test", DnsType.MX, Mx(10, "a.test"));
        Assert.That((await resolver.AddressesAsync("mx.test", default)).Status, Is.EqualTo(DnsStatus.NoData));
        Assert.That((await resolver.AddressesAsync("none.test", default)).Status, Is.EqualTo(DnsStatus.NoSuchDomain));
    }

    [Test]
    public async Task A_CNAME_is_followed()
    {
        server.With("www.test", DnsType.A, new DnsReply([Address("192.0.2.1")]) { Alias = "real.test" });
        Assert.That((await resolver.AddressesAsync("www.test", default)).Records.Single(), Is.EqualTo(IPAddress.Parse("192.0.2.1")));
    }

    [Test]
    public async Task The_strings_of_a_TXT_record_are_one_text()
    {
        server.With("mail.test", DnsType.TXT, Txt("v=spf1 ", "-all"), Txt("other"));
        Assert.That((await resolver.TxtAsync("mail.test", default)).Records, Is.EqualTo(new[] { "v=spf1 -all", "other" }));
    }

    [TestCase("192.0.2.7", "7.2.0.192.in-addr.arpa")]
    [TestCase("::ffff:192.0.2.7", "7.2.0.192.in-addr.arpa")]
    [TestCase("2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")]
    public async Task An_address_has_a_name(string address, string question)
    {
        server.With(question, DnsType.PTR, Name("mx.mail.test"));
        Assert.That((await resolver.PtrAsync(IPAddress.Parse(address), default)).Records, Is.EqualTo(new[] { "mx.mail.test" }));
    }

    [Test]
    public async Task An_IDN_is_asked_for_in_A_labels()
    {
        server.With("xn--bcher-kva.test", DnsType.MX, Mx(10, "a.test"));
        Assert.That((await resolver.MxAsync("bücher.test", default)).Status, Is.EqualTo(DnsStatus.Found));
    }

    [TestCase("")]
    [TestCase("a..test")]
    [TestCase("a b.test")]
    [TestCase("a\\.b.test")]
    [TestCase("\u2028.test")]
    [TestCase("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.test")]
    public async Task A_name_that_cannot_exist_is_not_asked_for(string name)
    {
        Assert.That((await resolver.MxAsync(name, default)).Status, Is.EqualTo(DnsStatus.NoSuchDomain));
        Assert.That(server.Asked, Is.Empty);
    }

    [TestCase("a\"b(c;d)@e$f'g%h.test")]
    [TestCase("MiXed.Test")]
    [TestCase("_dmarc.test.")]
    public async Task An_odd_name_is_an_honest_question(string name)
    {
        server.With(name.ToLowerInvariant().TrimEnd('.'), DnsType.TXT, Txt("x"));
        Assert.That((await resolver.TxtAsync(name, default)).Status, Is.EqualTo(DnsStatus.Found));
    }

    [Test]
    public async Task Localhost_is_not_asked_for()
    {
        Assert.That((await resolver.AddressesAsync("localhost", default)).Records, Is.All.Matches<IPAddress>(IPAddress.IsLoopback));
        Assert.That(server.Asked, Is.Empty);
    }

    [TestCase(300, 1)]
    [TestCase(0, 2)]
    public async Task An_answer_is_kept_as_long_as_it_allows(int ttl, int questions)
    {
        server.With("mail.test", DnsType.MX, new DnsReply([Mx(10, "a.test")]) { Ttl = ttl });
        await resolver.MxAsync("mail.test", default);
        await resolver.MxAsync("mail.test", default);
        Assert.That(server.Asked, Has.Count.EqualTo(questions));
    }

    [TestCase(2)]
    [TestCase(3)]
    public async Task A_failure_or_a_denial_is_kept_for_seconds(int code)
    {
        var time = new TestTime();
        var remembering = new DnsResolver(new DnsOptions { Servers = [server.EndPoint] }, TimeSpan.FromSeconds(5), time);
        server.With("mail.test", DnsType.MX, new DnsReply([]) { Code = code });
        var first = await remembering.MxAsync("mail.test", default);
        server.With("mail.test", DnsType.MX, Mx(10, "a.test"));

        Assert.That((await remembering.MxAsync("mail.test", default)).Status, Is.EqualTo(first.Status));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.That((await remembering.MxAsync("mail.test", default)).Status, Is.EqualTo(DnsStatus.Found));
    }

    [Test]
    public async Task Nobody_keeps_an_answer_longer_than_an_hour()
    {
        var time = new TestTime();
        var remembering = new DnsResolver(new DnsOptions { Servers = [server.EndPoint] }, TimeSpan.FromSeconds(5), time);
        server.With("mail.test", DnsType.MX, new DnsReply([Mx(10, "a.test")]) { Ttl = 1_000_000 });
        await remembering.MxAsync("Mail.test", default);
        time.Advance(TimeSpan.FromMinutes(59));
        await remembering.MxAsync("mail.test", default);
        Assert.That(server.Asked, Has.Count.EqualTo(1));
        time.Advance(TimeSpan.FromMinutes(1));
        await remembering.MxAsync("mail.test", default);
        Assert.That(server.Asked, Has.Count.EqualTo(2));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task The_AD_bit_counts_only_when_it_is_trusted(bool trusted)
    {
        server.With("mail.test", DnsType.MX, new DnsReply([Mx(10, "a.test")]) { Authentic = true });
        server.With("plain.test", DnsType.MX, Mx(10, "a.test"));
        var asking = new DnsResolver(new DnsOptions { Servers = [server.EndPoint], TrustAd = trusted });
        Assert.That((await asking.MxAsync("mail.test", default)).Authentic, Is.EqualTo(trusted));
        Assert.That((await asking.MxAsync("plain.test", default)).Authentic, Is.False);
    }

    [Test]
    public async Task Hundreds_of_records_are_cut_to_the_best_hundred()
    {
        server.With("mail.test", DnsType.MX, new DnsReply([.. Enumerable.Range(0, 500).Reverse().Select(i => Mx(i, $"h{i}.test"))]) { Truncated = true });
        var answer = await resolver.MxAsync("mail.test", default);
        Assert.That(answer.Records.Select(mx => mx.Preference), Is.EqualTo(Enumerable.Range(0, 100)));
    }

    [TestCase(new byte[0])]
    [TestCase(new byte[] { 1, 2, 3 })]
    [TestCase(new byte[] { 0xff, 0xff, 0x81, 0x80, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc0, 0x0c })]
    public async Task Garbage_is_a_failure(byte[] garbage)
    {
        server.With("mail.test", DnsType.MX, new DnsReply([]) { Garbage = garbage });
        var impatient = new DnsResolver(new DnsOptions { Servers = [server.EndPoint] }, TimeSpan.FromMilliseconds(200));
        Assert.That((await impatient.MxAsync("mail.test", default)).Status, Is.EqualTo(DnsStatus.Failed));
    }

    [TestCaseSource(nameof(Lies))]
    public async Task A_server_that_lies_is_as_good_as_none(Func<byte[], byte[]> lie)
    {
        server.With("mail.test", DnsType.TXT, Txt("v=spf1 +all")).Forge = lie;
        Assert.That(await Impatient.TxtAsync("mail.test", default), Has.Property("Status").EqualTo(DnsStatus.Failed).And.Property("Records").Empty);
    }

    [TestCaseSource(nameof(Lies))]
    public async Task A_lie_is_no_denial(Func<byte[], byte[]> lie)
    {
        server.Forge = lie;
        Assert.That((await Impatient.TxtAsync("mail.test", default)).Status, Is.EqualTo(DnsStatus.Failed));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_truncated_answer_that_cannot_be_fetched_whole_is_a_failure(bool refused)
    {
        server.With("mail.test", DnsType.TXT, new DnsReply([Txt("v=spf1 +all")]) { Truncated = true });
        if (refused)
            server.RefuseTcp();
        server.IsTcpSilent = true;
        Assert.That((await Impatient.TxtAsync("mail.test", default)).Status, Is.EqualTo(DnsStatus.Failed));
    }

    [Test]
    public async Task An_answer_that_comes_late_is_not_taken_for_that_to_the_next_question()
    {
        server.With("first.test", DnsType.TXT, Txt("first")).With("second.test", DnsType.TXT, Txt("second")).IsLate = true;
        var impatient = Impatient;
        Assert.That((await impatient.TxtAsync("first.test", default)).Status, Is.EqualTo(DnsStatus.Failed));

        // The first question is asked twice, so each attempt meets the answer to the one before.
        Assert.That((await impatient.TxtAsync("second.test", default)).Records, Is.SubsetOf(new[] { "second" }));
        server.IsLate = false;
        Assert.That((await impatient.TxtAsync("third.test", default)).Status, Is.EqualTo(DnsStatus.NoSuchDomain));
    }

    [Test]
    public void Cancellation_throws()
    {
        server.With("mail.test", DnsType.MX, new DnsReply([]) { Silent = true });
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        Assert.That(async () => await resolver.MxAsync("mail.test", cancel.Token), Throws.InstanceOf<OperationCanceledException>());
    }
}
