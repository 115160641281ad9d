using System.Net;
using System.Net.Sockets;
using System.Text;
using SmtpTransport.Host.Checks;

namespace SmtpTransport.Tests.Host.Checks;

/// <summary>What the machine itself is asked: its disk, its clock, its port.</summary>
internal sealed class MachineChecksTests
{
    [TestCase(50, "Fault")]
    [TestCase(200, "Advice")]
    [TestCase(5000, "Ok")]
    public void The_disk_must_hold_the_largest_mail(long mebibytes, string grade) =>
        Assert.That(DiskCheck.Judge("/var/lib/smtp-transport", mebibytes * 1024 * 1024, 26_214_400).Grade.ToString(), Is.EqualTo(grade));

    [Test]
    public void A_folder_that_is_missing_is_a_fault() =>
        Assert.That(DiskCheck.Look("Data Source=/nowhere/at/all.db", 1), Has.Property("Grade").EqualTo(Grade.Fault).And.Property("Text").EqualTo("/nowhere/at does not exist"));

    [Test]
    public void A_folder_that_is_there_is_measured() =>
        Assert.That(DiskCheck.Look($"Data Source={Path.Combine(Path.GetTempPath(), "x.db")}", 1).Text, Does.Contain("MiB free at"));

    [TestCase(0, 12, "Ok", "kept by NTP, at most 12 ms off, says the kernel")]
    [TestCase(5, 12, "Advice", "not kept by NTP, says the kernel")]
    [TestCase(-1, 0, "Advice", "not kept by NTP, says the kernel")]
    [TestCase(0, 16_000, "Advice", "may be 16 s off, says the kernel")]
    public void The_clock_is_judged_by_what_the_kernel_says(int state, int milliseconds, string grade, string text)
    {
        var finding = ClockCheck.Judge(state, TimeSpan.FromMilliseconds(milliseconds));

        Assert.That((finding.Grade.ToString(), finding.Text), Is.EqualTo((grade, text)));
    }

    [Test]
    public void The_kernel_of_this_machine_can_be_asked() => Assert.That(ClockCheck.Look().Text, Does.Contain("kernel").Or.Contain("does not tell"));

    [TestCase("220 mx.example.org ESMTP\r\n", "Ok", "220 mx.example.org ESMTP")]
    [TestCase("220 other.example ESMTP Postfix\r\n", "Fault", "another server answers: 220 other.example ESMTP Postfix")]
    public async Task The_port_is_answered_in_our_name(string greeting, string grade, string text)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener, greeting);

        var finding = await new PortCheck("mx.example.org", ((IPEndPoint)listener.LocalEndpoint).Port).RunAsync(IPAddress.Loopback, CancellationToken.None);

        await answering;
        Assert.That((finding.Grade.ToString(), finding.Text), Is.EqualTo((grade, text)));
    }

    [Test]
    public async Task A_port_that_nobody_answers_is_advice()
    {
        // Nobody listens at port 1.
        var finding = await new PortCheck("mx.example.org", 1).RunAsync(IPAddress.Loopback, CancellationToken.None);

        Assert.That((finding.Grade, finding.Text), Is.EqualTo((Grade.Advice, finding.Text)));
        Assert.That(finding.Text, Does.StartWith("nobody answers from here"));
    }

    private static async Task AnswerAsync(TcpListener listener, string greeting)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(greeting));
    }
}
