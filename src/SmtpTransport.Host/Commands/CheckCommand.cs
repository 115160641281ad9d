using System.Net;
using SmtpTransport.Host.Checks;
using SmtpTransport.Host.Configuration;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery.MtaSts;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Host.Commands;

/// <summary><c>check</c>: what is right, and the exact record or line to add for what is not.</summary>
internal sealed class CheckCommand(Func<GatewayConfiguration, IDnsResolver> resolver, TextWriter output)
{
    public async Task<int> RunAsync(GatewayConfiguration configuration, CancellationToken cancellation)
    {
        var findings = new List<Finding> { Finding.Ok("Configuration", "understood") };
        findings.AddRange(configuration.Warnings.Select(warning => Finding.Advice("Configuration", warning, "Change it, unless it is meant")));
        // RFC 5321 §4.5.1
        if (configuration.Addresses.Admins.Count == 0)
            findings.Add(Finding.Advice("Postmaster", "nobody reads what people write to the administrators", "\"Admins\": [\"you@example.org\"], with your own JID"));
        findings.Add(new CertificateCheck(configuration.Smtp.Hostname, configuration.Delivery.TrustedCertificates, DateTimeOffset.UtcNow).Look(configuration.Listen.Certificate));
        findings.Add(DiskCheck.Look(configuration.Storage.ConnectionString, configuration.Smtp.MaxMessageSize));
        findings.Add(ClockCheck.Look());
        findings.AddRange(await CheckDnsAsync(configuration, cancellation));
        using var http = new SocketsHttpHandler { UseProxy = false };
        findings.Add(await new LinkCheck(configuration.Listen.Web, configuration.Component, http).RunAsync(cancellation));

        await Report.WriteAsync(output, findings);
        return findings.Exists(finding => finding.Grade == Grade.Fault) ? ExitCode.Wrong : ExitCode.Ok;
    }

    private async Task<IReadOnlyList<Finding>> CheckDnsAsync(GatewayConfiguration configuration, CancellationToken cancellation)
    {
        var dns = resolver(configuration);
        var hostname = configuration.Smtp.Hostname;
        var (findings, addresses) = await new HostnameCheck(dns, hostname).RunAsync(cancellation);
        // Side by side: a name server that does not answer takes its time, and should take it once.
        var ports = Task.WhenAll(addresses.Select(address => new PortCheck(hostname).RunAsync(address, cancellation)));
        var tlsa = configuration.Listen.Certificate is { } certificate
            ? new TlsaRecords(dns, configuration.Dns, hostname).RunAsync(certificate, DateTimeOffset.UtcNow, cancellation)
            : null;
        // Our own policy host may stand beside us.
        var policies = new StsPolicyFetch(configuration.Delivery with { AllowPrivateAddresses = true }, dns, TimeProvider.System);
        var check = new DomainCheck(dns, policies.FetchAsync, hostname, await OutgoingAsync(dns, configuration, addresses, cancellation), configuration.DkimKeys);
        // As a zone file has them.
        var names = configuration.Addresses.MailDomains.Keys.Order().Prepend(configuration.Component.Domain.Domain).Select(MailDomain.ToAscii);
        var domains = Task.WhenAll(names.Select(domain => check.RunAsync(domain, cancellation)));
        List<Finding> all = [.. findings, .. await ports];
        if (tlsa is not null)
            all.Add(await tlsa);
        all.AddRange((await domains).SelectMany(found => found));
        return all;
    }

    private static async Task<OutgoingHosts> OutgoingAsync(
        IDnsResolver dns, GatewayConfiguration configuration, IReadOnlyList<IPAddress> own, CancellationToken cancellation)
    {
        if (configuration.Delivery.Relay is not { Host: var relay })
            return new OutgoingHosts(own, Relay: null);
        return new OutgoingHosts(IPAddress.TryParse(relay, out var literal) ? [literal] : (await dns.AddressesAsync(relay, cancellation)).Records, relay);
    }
}
