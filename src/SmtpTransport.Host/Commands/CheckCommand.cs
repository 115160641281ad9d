using System.Net;
using System.Net.Sockets;
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
        List<Finding> all = [.. findings];
        foreach (var address in addresses)
            all.Add(await new PortCheck(hostname).RunAsync(address, cancellation));
        using var http = PolicyHosts(dns);
        var check = new DomainCheck(dns, http, hostname, await OutgoingAsync(dns, configuration, addresses, cancellation), configuration.DkimKeys);
        foreach (var domain in configuration.Addresses.MailDomains.Keys.Order().Prepend(configuration.Component.Domain.Domain))
            all.AddRange(await check.RunAsync(domain, cancellation));
        return all;
    }

    private static async Task<OutgoingMail> OutgoingAsync(
        IDnsResolver dns, GatewayConfiguration configuration, IReadOnlyList<IPAddress> own, CancellationToken cancellation)
    {
        if (configuration.Delivery.Relay is not { Host: var relay })
            return new OutgoingMail(own, Relay: null);
        return new OutgoingMail(IPAddress.TryParse(relay, out var literal) ? [literal] : (await dns.AddressesAsync(relay, cancellation)).Records, relay);
    }

    /// <summary>Found by the resolvers that are configured; believed as senders everywhere believe, by the system's certificates.</summary>
    private static SocketsHttpHandler PolicyHosts(IDnsResolver dns) => new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectCallback = async (context, cancellation) =>
        {
            var found = await dns.AddressesAsync(context.DnsEndPoint.Host, cancellation);
            if (found.Records.Count == 0)
                throw new HttpRequestException($"{context.DnsEndPoint.Host} has no address");
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync([.. found.Records], context.DnsEndPoint.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    };
}
