using SmtpTransport.Gateway.Spool;

namespace SmtpTransport.Tests.Gateway.Spool;

internal sealed class QueueFilterTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static readonly QueueItem Mail = new("01abc", MailDirection.MailToChat, "bob@Mail.test", ["alice@example.org", "carol@example.net"], "deferred", 3, Now, "later")
    {
        Taken = Now - TimeSpan.FromHours(2),
    };

    private static readonly TestCaseData[] Cases =
    [
        new TestCaseData(QueueFilter.All).Returns(true),
        new TestCaseData(new QueueFilter(Direction: MailDirection.MailToChat)).Returns(true),
        new TestCaseData(new QueueFilter(Direction: MailDirection.ChatToMail)).Returns(false),
        new TestCaseData(new QueueFilter(State: "deferred")).Returns(true),
        new TestCaseData(new QueueFilter(State: "failed")).Returns(false),
        new TestCaseData(new QueueFilter(To: "CAROL@example.net")).Returns(true),
        new TestCaseData(new QueueFilter(To: "example.net")).Returns(true),
        new TestCaseData(new QueueFilter(To: "@example.net")).Returns(true),
        new TestCaseData(new QueueFilter(To: "ample.net")).Returns(false),
        new TestCaseData(new QueueFilter(From: "mail.test")).Returns(true),
        new TestCaseData(new QueueFilter(From: "<>")).Returns(false),
        new TestCaseData(new QueueFilter(OlderThan: TimeSpan.FromHours(1))).Returns(true),
        new TestCaseData(new QueueFilter(OlderThan: TimeSpan.FromHours(3))).Returns(false),
        new TestCaseData(new QueueFilter(To: "example.net", State: "failed")).Returns(false),
    ];

    [TestCaseSource(nameof(Cases))]
    public bool Everything_that_is_asked_for_must_fit(QueueFilter filter) => filter.Matches(Mail, Now);

    [Test]
    public void A_null_sender_can_be_asked_for() =>
        Assert.That(new QueueFilter(From: "<>").Matches(Mail with { From = "" }, Now), Is.True);
}
