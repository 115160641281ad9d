using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Authentication;
using SmtpTransport.Mail.Dns;
using SmtpTransport.Mail.Reputation;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Tests.Mail.Dns;

namespace SmtpTransport.Tests.Mail.Authentication;

internal sealed class MailAuthenticatorTests
{
    private static readonly SmtpClient Client = new(IPAddress.Parse("192.0.2.1"), "client.test", "ESMTP") { MailId = "mail1" };
    private static readonly EmailAddress Bob = EmailAddress.Parse("bob@mail.test");

    private readonly TestTime time = new();

    private Task<AuthenticationVerdict> CheckAsync(
        IDnsResolver dns, MessageContent? content = null, bool isRelayed = false, string[]? sealers = null, CancellationToken cancellation = default) =>
        CheckAsync(dns, Bob, Client.Helo, content, isRelayed, sealers, cancellation);

    private Task<AuthenticationVerdict> CheckAsync(
        IDnsResolver dns, EmailAddress? sender, string helo, MessageContent? content = null, bool isRelayed = false, string[]? sealers = null, CancellationToken cancellation = default)
    {
        content ??= TestContent.Mail();
        return new MailAuthenticator(sealers ?? [], dns, new ClientNames(dns, time), time, NullLogger<MailAuthenticator>.Instance)
            .CheckAsync(Client with { Helo = helo }, sender, MimeKit.MimeMessage.Load(content.OpenRead(), CancellationToken.None).Headers, content, "mx.example.org", isRelayed, cancellation);
    }

    /// <param name="silent">What is never answered.</param>
    private async Task<AuthenticationVerdict> UntilTheDeadlineAsync(Task<AuthenticationVerdict> checking, SilentDns dns, string silent)
    {
        await dns.Asked(silent);
        time.Advance(MailAuthenticator.Limit);
        return await checking;
    }

    [Test]
    public async Task A_signature_alone_passes_DMARC()
    {
        using var signer = new SignedMail();
        var mail = signer.Sign("From: bob@mail.test\nSubject: Plan\n\nHello\n");
        var dns = new FakeDns().Txt("s1._domainkey.mail.test", signer.Record).Txt("_dmarc.mail.test", "v=DMARC1; p=reject").Txt("mail.test", "v=spf1 -all");

        var verdict = await CheckAsync(dns, TestContent.Of(mail));

        Assert.That((verdict.Spf.Result, verdict.Dkim.Single().Result, verdict.Dmarc.Result), Is.EqualTo((SpfResult.Fail, DkimResult.Pass, DmarcResult.Pass)));
    }

    [Test]
    public async Task The_address_of_a_relay_of_ours_passes_nothing()
    {
        var dns = new FakeDns().Txt("mail.test", "v=spf1 ip4:192.0.2.1 -all").Txt("_dmarc.mail.test", "v=DMARC1; p=none");
        Assert.That((await CheckAsync(dns)).Dmarc.Result, Is.EqualTo(DmarcResult.Pass));
        Assert.That((await CheckAsync(dns, isRelayed: true)).Dmarc.Result, Is.EqualTo(DmarcResult.Fail));
    }

    [Test]
    public async Task All_checks_together_end_at_the_deadline_and_nothing_has_failed()
    {
        using var signer = new SignedMail();
        var checking = CheckAsync(new SilentDns(), TestContent.Of(signer.Sign("From: bob@mail.test\nSubject: Plan\n\nHello\n")));
        await time.Timer(MailAuthenticator.Limit);
        time.Advance(MailAuthenticator.Limit);

        var verdict = await checking;

        Assert.That(
            (verdict.Spf.Result, verdict.Dkim.Single().Result, verdict.Dmarc),
            Is.EqualTo((SpfResult.TempError, DkimResult.TempError, new DmarcVerdict(DmarcResult.TempError, "mail.test", DmarcPolicy.None))));
    }

    [Test]
    public async Task A_key_that_does_not_come_in_time_condemns_nobody()
    {
        using var signer = new SignedMail();
        var dns = new SilentDns { Texts = { ["_dmarc.mail.test"] = "v=DMARC1; p=reject", ["_dmarc.test"] = "", ["mail.test"] = "v=spf1 -all" } };

        var verdict = await UntilTheDeadlineAsync(CheckAsync(dns, TestContent.Of(signer.Sign("From: bob@mail.test\nSubject: Plan\n\nHello\n"))), dns, "s1._domainkey.mail.test");

        Assert.That(verdict.Dkim, Is.EqualTo(new[] { new DkimVerdict(DkimResult.TempError, "mail.test", "s1", "no answer in time") }));
        Assert.That((verdict.Dmarc.Result, verdict.Dmarc.Policy), Is.EqualTo((DmarcResult.TempError, DmarcPolicy.Reject)));
    }

    [Test]
    public async Task A_key_that_does_not_come_costs_the_other_signatures_nothing()
    {
        using var signer = new SignedMail();
        var mail = signer.Sign(signer.Sign("From: bob@mail.test\nSubject: Plan\n\nHello\n"), domain: "slow.test");
        var dns = new SilentDns { Texts = { ["_dmarc.mail.test"] = "v=DMARC1; p=reject", ["_dmarc.test"] = "", ["mail.test"] = "v=spf1 -all", ["s1._domainkey.mail.test"] = signer.Record } };

        var verdict = await UntilTheDeadlineAsync(CheckAsync(dns, TestContent.Of(mail)), dns, "s1._domainkey.slow.test");

        Assert.That(verdict.Dkim.Select(signature => (signature.Result, signature.Domain)), Is.EqualTo(new[] { (DkimResult.TempError, "slow.test"), (DkimResult.Pass, "mail.test") }));
        Assert.That(verdict.Dmarc.Result, Is.EqualTo(DmarcResult.Pass));
    }

    [Test]
    public async Task An_EHLO_name_that_could_not_be_asked_about_condemns_no_null_sender()
    {
        var dns = new SilentDns { Texts = { ["_dmarc.mail.test"] = "v=DMARC1; p=reject", ["_dmarc.test"] = "" } };

        var verdict = await UntilTheDeadlineAsync(CheckAsync(dns, sender: null, helo: "Mail.Test."), dns, "Mail.Test");

        Assert.That((verdict.Spf.Result, verdict.Dmarc.Result), Is.EqualTo((SpfResult.TempError, DmarcResult.TempError)));
    }

    [TestCaseSource(typeof(DnsResolverTests), nameof(DnsResolverTests.Lies))]
    public async Task A_name_server_that_lies_makes_nobody_pass_or_fail(Func<byte[], byte[]> lie)
    {
        using var signer = new SignedMail();
        await using var server = new FakeDnsServer { Forge = lie };
        server.With("mail.test", DnsType.TXT, FakeDnsServer.Txt("v=spf1 -all")).With("_dmarc.mail.test", DnsType.TXT, FakeDnsServer.Txt("v=DMARC1; p=reject"));
        var dns = new DnsResolver(new DnsOptions { Servers = [server.EndPoint] }, TimeSpan.FromMilliseconds(200));

        var verdict = await CheckAsync(dns, TestContent.Of(signer.Sign("From: bob@mail.test\nSubject: Plan\n\nHello\n")));

        Assert.That(
            (verdict.Spf.Result, verdict.Dkim.Single().Result, verdict.Dmarc.Result, verdict.Dmarc.Policy),
            Is.EqualTo((SpfResult.TempError, DkimResult.TempError, DmarcResult.TempError, DmarcPolicy.None)));
    }

    [Test]
    public async Task The_checks_run_side_by_side()
    {
        using var signer = new SignedMail();
        var dns = new SilentDns();
        var checking = CheckAsync(dns, TestContent.Of(signer.Sign("From: bob@mail.test\nSubject: Plan\n\nHello\n")));

        await dns.Asked("mail.test");
        await dns.Asked("s1._domainkey.mail.test");
        await dns.Asked("_dmarc.mail.test");

        time.Advance(MailAuthenticator.Limit);
        await checking;
    }

    [Test]
    public async Task A_policy_is_looked_up_once()
    {
        var dns = new FakeDns().Txt("mail.test", "v=spf1 ip4:192.0.2.1 -all").Txt("_dmarc.mail.test", "v=DMARC1; p=reject");
        Assert.That((await CheckAsync(dns)).Dmarc.Result, Is.EqualTo(DmarcResult.Pass));
        Assert.That(dns.Asked, Is.EquivalentTo(new[] { "PTR 192.0.2.1", "TXT mail.test", "TXT _dmarc.mail.test", "TXT _dmarc.test" }));
    }

    [TestCase("client.test", true)]
    [TestCase("mx.mail.test", false)]
    public async Task A_client_that_has_a_name_is_known_by_it(string name, bool said)
    {
        var dns = new FakeDns().Ptr("192.0.2.1", name).Address(name, "192.0.2.1");

        Assert.That((await CheckAsync(dns)).Client, Is.EqualTo(new ClientVerdict(Client.Address, name, said)));
    }

    [TestCase("list.test", ArcResult.Pass)]
    [TestCase("other.test", ArcResult.Pass)]
    [TestCase(null, ArcResult.None)]
    public async Task Seals_are_looked_at_where_somebody_is_trusted_to_seal(string? trusted, ArcResult result)
    {
        var dns = new FakeDns();
        var mail = new SealedMail(dns).Seal("list.test", "dmarc=pass");
        Assert.That((await CheckAsync(dns, TestContent.Of(mail.Octets), sealers: trusted is null ? [] : [trusted])).Arc.Result, Is.EqualTo(result));
        Assert.That(dns.Asked.Contains("TXT s1._domainkey.list.test"), Is.EqualTo(trusted is not null));
    }

    [Test]
    public async Task Who_stops_a_check_waits_until_nothing_of_it_runs()
    {
        using var signer = new SignedMail();
        using var stop = new CancellationTokenSource();
        var dns = new SilentDns { Deaf = "s1._domainkey.mail.test" };
        var checking = CheckAsync(dns, TestContent.Of(signer.Sign("From: bob@mail.test\nSubject: Plan\n\nHello\n")), cancellation: stop.Token);
        await dns.Asked(dns.Deaf);

        await stop.CancelAsync();
        Assert.That(checking.IsCompleted, Is.False, "the signature's check still has the content open");
        dns.Hear.SetResult();

        Assert.That(async () => await checking, Throws.InstanceOf<OperationCanceledException>());
    }

    /// <summary>Takes every question and answers none but those for <see cref="Texts"/>.</summary>
    private sealed class SilentDns : IDnsResolver
    {
        public Dictionary<string, string> Texts { get; } = [];

        /// <summary>To a question for this name no cancellation gets through before <see cref="Hear"/>.</summary>
        public string? Deaf { get; init; }

        public TaskCompletionSource Hear { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private readonly System.Collections.Concurrent.ConcurrentDictionary<string, TaskCompletionSource> asked = [];

        public Task Asked(string name) => Of(name).Task.WaitAsync(TimeSpan.FromMinutes(1));

        public Task<DnsAnswer<MailExchange>> MxAsync(string domain, CancellationToken cancellation) => SilenceAsync<MailExchange>(domain, cancellation);

        public Task<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancellation) => SilenceAsync<IPAddress>(host, cancellation);

        public Task<DnsAnswer<IPAddress>> AddressesAsync(string host, AddressFamily family, CancellationToken cancellation) => SilenceAsync<IPAddress>(host, cancellation);

        public Task<DnsAnswer<string>> TxtAsync(string name, CancellationToken cancellation) =>
            Texts.TryGetValue(name, out var text) ? Task.FromResult(new DnsAnswer<string>(DnsStatus.Found, [text])) : SilenceAsync<string>(name, cancellation);

        public Task<DnsAnswer<string>> PtrAsync(IPAddress address, CancellationToken cancellation) => SilenceAsync<string>(address.ToString(), cancellation);

        public Task<DnsAnswer<string>> AliasAsync(string name, CancellationToken cancellation) => SilenceAsync<string>(name, cancellation);

        public Task<DnsAnswer<TlsaRecord>> TlsaAsync(string name, CancellationToken cancellation) => SilenceAsync<TlsaRecord>(name, cancellation);

        private TaskCompletionSource Of(string name) => asked.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

        private async Task<DnsAnswer<T>> SilenceAsync<T>(string name, CancellationToken cancellation)
        {
            Of(name).TrySetResult();
            if (name == Deaf)
                await Hear.Task;
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            throw new InvalidOperationException("Silence has no end but cancellation.");
        }
    }
}
