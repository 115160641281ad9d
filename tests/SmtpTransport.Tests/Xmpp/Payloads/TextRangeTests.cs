using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Tests.Xmpp.Payloads;

public sealed class TextRangeTests
{
    [TestCase("> hi\nyes", 0, 5, ExpectedResult = "yes")]
    [TestCase("👍👍 yes", 0, 3, ExpectedResult = "yes")]
    [TestCase("abc", 1, 2, ExpectedResult = "ac")]
    [TestCase("abc", 5, 9, ExpectedResult = "abc")]
    [TestCase("abc", 2, 1, ExpectedResult = "abc")]
    [TestCase("abc", 0, int.MaxValue, ExpectedResult = "")]
    public string A_range_counts_code_points(string text, int start, int end) =>
        TextRange.Remove(text, [new TextRange(start, end)]);

    [Test]
    public void Several_ranges_may_overlap_and_come_in_any_order() =>
        Assert.That(TextRange.Remove("0123456789", [new(5, 7), new(0, 2), new(1, 3), new(5, 6)]), Is.EqualTo("34789"));

    [Test]
    public void A_beginning_has_the_range_that_removes_it() =>
        Assert.That(TextRange.Remove("Re: 👋\nHello", [TextRange.Of("Re: 👋\n")]), Is.EqualTo("Hello"));
}
