using System.Net;
using System.Net.Sockets;
using SmtpTransport.Host.Checks;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Tests.Host.Checks;

internal sealed class LinkCheckTests
{
    [TestCase(HttpStatusCode.OK, "ready", "Ok", "smtp.example.org is bound (says the gateway that runs at 127.0.0.1:8025)")]
    [TestCase(HttpStatusCode.ServiceUnavailable, "The component is not bound.\n", "Fault", "The component is not bound.")]
    [TestCase(HttpStatusCode.NotFound, "", "Fault", "another program answers at Web:Listen, 127.0.0.1:8025")]
    public async Task Beside_a_running_gateway_that_one_is_asked(HttpStatusCode status, string body, string grade, string text)
    {
        var finding = await RunAsync(() => new HttpResponseMessage(status) { Content = new StringContent(body) });

        Assert.That((finding.Grade.ToString(), finding.Text), Is.EqualTo((grade, text)));
    }

    [Test]
    public async Task A_program_that_speaks_no_HTTP_is_another_one() =>
        Assert.That(
            (await RunAsync(() => throw new HttpRequestException("Received an invalid status line"))).Text,
            Is.EqualTo("another program answers at Web:Listen, 127.0.0.1:8025"));

    [Test]
    public async Task Without_a_gateway_the_component_is_bound_once()
    {
        var finding = await RunAsync(() => throw new HttpRequestException("refused", new SocketException((int)SocketError.ConnectionRefused)));

        // Nobody listens at port 1.
        Assert.That((finding.Grade, finding.Text), Is.EqualTo((Grade.Fault, "not bound")));
        Assert.That(finding.Cure, Does.Contain("127.0.0.1:1"));
    }

    private static async Task<Finding> RunAsync(Func<HttpResponseMessage> answer)
    {
        var component = new ComponentOptions { Server = new DnsEndPoint("127.0.0.1", 1), Domain = Jid.Parse("smtp.example.org"), Secret = "x" };
        using var http = new Answering(answer);
        return await new LinkCheck(new IPEndPoint(IPAddress.Loopback, 8025), component, http).RunAsync(CancellationToken.None);
    }

    private sealed class Answering(Func<HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer());
    }
}
