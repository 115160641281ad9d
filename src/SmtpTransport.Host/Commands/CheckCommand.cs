using SmtpTransport.Host.Checks;
using SmtpTransport.Host.Configuration;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Host.Commands;

/// <summary><c>check</c>: what is right, and the exact record or line to add for what is not.</summary>
internal sealed class CheckCommand(Func<GatewayConfiguration, IDnsResolver> resolver, TextWriter output)
{
    public async Task<int> RunAsync(GatewayConfiguration configuration, CancellationToken cancellation)
    {
        var findings = new List<Finding> { Finding.Ok("Configuration", "understood") };
        findings.AddRange(configuration.Warnings.Select(warning => Finding.Advice("Configuration", warning, "Nothing to do")));
        findings.AddRange(CertificateCheck.Look(configuration.Listen.Certificate, configuration.Smtp.Hostname, DateTimeOffset.UtcNow));
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
        var check = new DomainCheck(dns, hostname, configuration.Delivery.Relay is null ? addresses : [], configuration.DkimKeys);
        List<Finding> all = [.. findings];
        foreach (var domain in configuration.Addresses.MailDomains.Keys.Order().Prepend(configuration.Component.Domain.Domain))
            all.AddRange(await check.RunAsync(domain, cancellation));
        return all;
    }
}
