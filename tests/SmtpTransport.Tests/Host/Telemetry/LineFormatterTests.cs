using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SmtpTransport.Host.Telemetry;

namespace SmtpTransport.Tests.Host.Telemetry;

internal sealed class LineFormatterTests
{
    [Test]
    public void An_event_is_one_line_without_control_characters() =>
        Assert.That(Format("Mail 1 from a\r\nb\u001b[31m accepted", null),
            Is.EqualTo("2026-11-22T12:00:00.000Z warn  MailReceiver: Mail 1 from a??b?[31m accepted" + Environment.NewLine));

    [Test]
    public void A_fault_of_ours_comes_with_its_trace() =>
        Assert.That(Format("Broke", new InvalidOperationException("why")), Does.Contain("Broke" + Environment.NewLine + "System.InvalidOperationException: why"));

    private static string Format(string text, Exception? fault)
    {
        using var writer = new StringWriter();
        var entry = new LogEntry<string>(LogLevel.Warning, "SmtpTransport.Gateway.MailToXmpp.MailReceiver", 0, text, fault, (state, _) => state);
        new LineFormatter(new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero))).Write(entry, null, writer);
        return writer.ToString();
    }
}
