using System.Net;
using System.Net.Sockets;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Tests.Support;

/// <summary>A DNS that never answers, and does not even notice that nobody waits any more.</summary>
internal sealed class SilentDns : IDnsResolver
{
    public Task<DnsAnswer<MailExchange>> MxAsync(string domain, CancellationToken cancellation) => Never<MailExchange>();

    public Task<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancellation) => Never<IPAddress>();

    public Task<DnsAnswer<IPAddress>> AddressesAsync(string host, AddressFamily family, CancellationToken cancellation) => Never<IPAddress>();

    public Task<DnsAnswer<string>> TxtAsync(string name, CancellationToken cancellation) => Never<string>();

    public Task<DnsAnswer<string>> PtrAsync(IPAddress address, CancellationToken cancellation) => Never<string>();

    public Task<DnsAnswer<string>> AliasAsync(string name, CancellationToken cancellation) => Never<string>();

    public Task<DnsAnswer<TlsaRecord>> TlsaAsync(string name, CancellationToken cancellation) => Never<TlsaRecord>();

    private static Task<DnsAnswer<T>> Never<T>() => new TaskCompletionSource<DnsAnswer<T>>().Task;
}
