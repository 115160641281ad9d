using System.Net;
using SmtpTransport.Mail.Delivery;

namespace SmtpTransport.Tests.Mail.Delivery;

internal sealed class PrivateAddressTests
{
    [TestCase("0.0.0.0")]
    [TestCase("10.255.255.255")]
    [TestCase("100.64.0.1")]
    [TestCase("127.0.0.1")]
    [TestCase("169.254.169.254")]
    [TestCase("172.31.255.255")]
    [TestCase("192.168.0.1")]
    [TestCase("224.0.0.1")]
    [TestCase("255.255.255.255")]
    [TestCase("::")]
    [TestCase("::1")]
    [TestCase("::ffff:10.0.0.1")]
    [TestCase("::127.0.0.1")]
    [TestCase("64:ff9b:1::a00:1")]
    [TestCase("2001:0:7f00:1::1")]
    [TestCase("64:ff9b::7f00:1")]
    [TestCase("2002:c0a8:101::1")]
    [TestCase("fd12::1")]
    [TestCase("fe80::1")]
    [TestCase("ff02::1")]
    public void Not_to_be_dialled_on_a_strangers_word(string address) => Assert.That(PrivateAddress.Is(IPAddress.Parse(address)), Is.True);

    [TestCase("9.255.255.255")]
    [TestCase("100.128.0.1")]
    [TestCase("172.32.0.1")]
    [TestCase("192.0.2.1")]
    [TestCase("203.0.113.7")]
    [TestCase("2001:db8::1")]
    [TestCase("::ffff:192.0.2.1")]
    [TestCase("64:ff9b::c000:201")]
    [TestCase("2002:c000:201::1")]
    public void Public(string address) => Assert.That(PrivateAddress.Is(IPAddress.Parse(address)), Is.False);
}
