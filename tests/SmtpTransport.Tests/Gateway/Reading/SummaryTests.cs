using CsCheck;
using SmtpTransport.Gateway.Reading;
using SmtpTransport.Gateway.Text;

namespace SmtpTransport.Tests.Gateway.Reading;

internal sealed class SummaryTests
{
    private static string? Event(string lines) => CalendarSummary.Of($"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Tea\n{lines}\nEND:VEVENT\nEND:VCALENDAR");

    [TestCase("DTSTART;TZID=Europe/Berlin:20261127T140000\nDTEND;TZID=Europe/Berlin:20261127T150000", "Fri 27 Nov 2026, 14:00 to 15:00 (Europe/Berlin)")]
    [TestCase("DTSTART;TZID=Europe/Berlin:20261127T140000\nDTEND;TZID=Europe/London:20261127T150000", "Fri 27 Nov 2026, 14:00 (Europe/Berlin) to 15:00 (Europe/London)")]
    [TestCase("DTSTART:20261127T230000Z\nDTEND:20261128T010000Z", "Fri 27 Nov 2026, 23:00 to Sat 28 Nov 2026, 01:00 (UTC)")]
    [TestCase("DTSTART:20261127T140000", "Fri 27 Nov 2026, 14:00")]
    [TestCase("DTSTART:20261127T140000Z\nDURATION:PT45M", "Fri 27 Nov 2026, 14:00 to 14:45 (UTC)")]
    [TestCase("DTSTART:20261127T140000Z\nDURATION:P1W", "Fri 27 Nov 2026, 14:00 to Fri 4 Dec 2026, 14:00 (UTC)")]
    [TestCase("DTSTART;VALUE=DATE:20261224", "Thu 24 Dec 2026")]
    [TestCase("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261225", "Thu 24 Dec 2026")]
    [TestCase("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227", "Thu 24 Dec 2026 to Sat 26 Dec 2026")]
    [TestCase("DTSTART;VALUE=DATE:99991231\nDTEND;VALUE=DATE:99991231", "Fri 31 Dec 9999")]
    [TestCase("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:00010101", "Thu 24 Dec 2026")]
    [TestCase("DTSTART:20261127T140000Z\nDURATION:P99999999999D", "Fri 27 Nov 2026, 14:00 (UTC)")]
    public void The_time_of_an_event_is_said_as_it_was_meant(string lines, string when) =>
        Assert.That(Event(lines), Is.EqualTo($"Event: Tea\nWhen: {when}"));

    [Test]
    public void Another_component_s_lines_are_not_the_event_s() =>
        Assert.That(
            CalendarSummary.Of("BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nDTSTART:19700101T000000\nEND:VTIMEZONE\nBEGIN:VEVENT\nSUMMARY:Tea\nBEGIN:VALARM\nSUMMARY:Ring\nEND:VALARM\nEND:VEVENT\n"),
            Is.EqualTo("Event: Tea"));

    [Test]
    public void A_calendar_without_events_says_nothing() => Assert.That(CalendarSummary.Of("BEGIN:VCALENDAR\nEND:VCALENDAR"), Is.Null);

    [TestCase("BEGIN:VCARD\nFN:Bob\nEMAIL;TYPE=work:bob@mail.test\nTEL:+1\nEND:VCARD", "Contact: Bob\nbob@mail.test\n+1")]
    [TestCase("BEGIN:VCARD\nVERSION:2.1\nFN;ENCODING=QUOTED-PRINTABLE:B=6Fb\nN:Builder;Bob\nEND:VCARD", "Contact: Bob")]
    [TestCase("BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;QUOTED-PRINTABLE:J=C3=B6rg =\nBauer\nTEL;CELL:+1\nEND:VCARD", "Contact: Jörg Bauer\n+1")]
    [TestCase("BEGIN:VCARD\nFN:Bo\n b\\, B.\nORG:A;B;\nEND:VCARD", "Contact: Bob, B.\nA, B")]
    [TestCase("nothing", null)]
    public void A_contact_card_says_who_and_how(string card, string? summary) => Assert.That(CardSummary.Of(card), Is.EqualTo(summary));

    [Test]
    public void No_text_breaks_them() => Gen.String[0, 300].Sample(text =>
    {
        CalendarSummary.Of($"BEGIN:VEVENT\nSUMMARY:{text}\nDTSTART:{text}\nDURATION:{text}\nRRULE:{text}\nATTENDEE;{text}");
        CardSummary.Of($"FN:{text}\nTEL;{text}:{text}");
    });

    [Test]
    public void A_line_of_endless_parameters_is_read_once()
    {
        var card = $"BEGIN:VCARD\nFN{new string(';', 60_000)}:Bob\nEND:VCARD";
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.That(CardSummary.Of(card), Is.EqualTo("Contact: Bob"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(20_000_000));
    }

    [TestCase("👍", "👍")]
    [TestCase("👍🏽 ❤️", "👍🏽|❤️")]
    [TestCase("👩‍👩‍👧🇩🇪", "👩‍👩‍👧|🇩🇪")]
    [TestCase("1️⃣", "1️⃣")]
    [TestCase("👍👍", "👍")]
    [TestCase("", "")]
    [TestCase("ok", null)]
    [TestCase("👍 nice", null)]
    [TestCase("5", null)]
    [TestCase("<b>", null)]
    [TestCase("👍❤️🎉😀😁😂🤣😃😄", null)]
    public void Only_emoji_are_reactions(string text, string? emojis) =>
        Assert.That(EmojiSequence.Parse(text) is { } parsed ? string.Join('|', parsed) : null, Is.EqualTo(emojis));
}
