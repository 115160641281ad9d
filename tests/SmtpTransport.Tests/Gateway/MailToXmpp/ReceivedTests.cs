using System.Net;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Tests.Gateway.MailToXmpp;

internal sealed class ReceivedTests
{
    [TestCase("192.0.2.1", "[192.0.2.1]")]
    [TestCase("2001:db8::1", "[IPv6:2001:db8::1]")]
    public void The_trace_line_names_the_client_as_RFC_5321_writes_addresses(string address, string literal) =>
        Assert.That(
            Received.Line(new SmtpClient(IPAddress.Parse(address), "client.test", "ESMTPS") { MailId = "mail1" }, "mx.example.org", DateTimeOffset.UnixEpoch),
            Is.EqualTo($"Received: from client.test ({literal}) by mx.example.org with ESMTPS id mail1; Thu, 01 Jan 1970 00:00:00 +0000"));
}
