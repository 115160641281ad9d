using System.Net;
using System.Net.Sockets;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Host.Checks;

/// <summary>
/// The component link. Beside a running gateway that one is asked: a second connection under the same name would be refused
/// (Prosody) or take half of its stanzas (ejabberd).
/// </summary>
internal sealed class LinkCheck(IPEndPoint web, ComponentOptions component, HttpMessageHandler http)
{
    private const string Subject = "Component link";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<Finding> RunAsync(CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(Patience);
        try
        {
            return await AskAsync(timeout.Token) ?? await BindAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Finding.Fault(Subject, $"no answer within {Patience.TotalSeconds} s", $"Look at the XMPP server at {Server}");
        }
    }

    private string Server => $"{component.Server.Host}:{component.Server.Port}";

    /// <summary>Null when no gateway runs here.</summary>
    private async Task<Finding?> AskAsync(CancellationToken cancellation)
    {
        using var client = new HttpClient(http, disposeHandler: false);
        try
        {
            using var answer = await client.GetAsync(new Uri($"http://{Reachable(web)}/readyz"), cancellation);
            var text = (await answer.Content.ReadAsStringAsync(cancellation)).Trim();
            return answer.StatusCode switch
            {
                HttpStatusCode.OK => Finding.Ok(Subject, $"{component.Domain} is bound (says the gateway that runs at {web})"),
                HttpStatusCode.ServiceUnavailable => Finding.Fault(Subject, text, "Look at the running gateway's log"),
                _ => SomebodyElse(),
            };
        }
        catch (HttpRequestException silent)
        {
            return silent.InnerException is SocketException ? null : SomebodyElse();
        }
    }

    private Finding SomebodyElse() =>
        Finding.Fault(Subject, $"another program answers at Web:Listen, {web}", "Change Web:Listen, or stop that program");

    private async Task<Finding> BindAsync(CancellationToken cancellation) =>
        await LinkProbe.BindAsync(component, cancellation) is { } problem
            ? Finding.Fault(Subject, "not bound", $"{problem}\nProsody: Component \"{component.Domain}\" with component_secret, and component_ports = {{ {component.Server.Port} }}; "
                + "ejabberd: a listener of module ejabberd_service with this host and its password")
            : Finding.Ok(Subject, $"{component.Domain} binds to {Server}");

    private static IPEndPoint Reachable(IPEndPoint listener) =>
        listener.Address.Equals(IPAddress.Any) ? new(IPAddress.Loopback, listener.Port)
        : listener.Address.Equals(IPAddress.IPv6Any) ? new(IPAddress.IPv6Loopback, listener.Port)
        : listener;
}
