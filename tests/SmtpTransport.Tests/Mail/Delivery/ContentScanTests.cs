using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using MimeKit.IO;
using SmtpTransport.Mail.Delivery;

namespace SmtpTransport.Tests.Mail.Delivery;

internal sealed partial class ContentScanTests
{
    private static readonly Gen<string> Octets = Gen.Char["\r\n.ab"].Array[0, 40].Select(chars => new string(chars));

    [TestCase("a\r\nb\r\n", true, false)]
    [TestCase("", true, false)]
    [TestCase("a\rb", false, true)]
    [TestCase("a\nb", false, true)]
    [TestCase("a\r", false, true)]
    [TestCase("\n", false, true)]
    [TestCase("a\r\r\n", false, true)]
    [TestCase("ä\r\n", false, false)]
    [TestCase("a\0b\r\n", false, false)]
    public void What_the_octets_tell(string content, bool plain, bool bare)
    {
        var scan = Scan(content);
        Assert.That((scan.IsPlain, scan.HasBareBreaks), Is.EqualTo((plain, bare)));
    }

    [TestCase(998, true)]
    [TestCase(999, false)]
    public void A_line_of_998_octets_is_the_longest(int length, bool plain) =>
        Assert.That(Scan("a\r\n" + new string('x', length) + "\r\nb").IsPlain, Is.EqualTo(plain));

    [Test]
    public void Bare_breaks_are_found_wherever_the_octets_are_cut() => Octets.Sample(content =>
        Assert.That(Scan(content, chunk: 1).HasBareBreaks, Is.EqualTo(Bare().IsMatch(content)).And.EqualTo(Scan(content).HasBareBreaks)));

    [Test]
    public void After_the_repair_no_break_is_bare_and_nothing_else_has_changed() => Octets.Sample(content =>
    {
        var repaired = Repair(content, chunk: 1);
        Assert.That(repaired, Is.EqualTo(Repair(content, chunk: 100)).And.EqualTo(Break().Replace(content, "\r\n")));
    });

    [GeneratedRegex(@"\r(?!\n)|(?<!\r)\n")]
    private static partial Regex Bare();

    [GeneratedRegex(@"\r\n|\r|\n")]
    private static partial Regex Break();

    private static ContentScan Scan(string content, int chunk = 1000) =>
        ContentScan.ReadAsync(new SlowStream(Encoding.UTF8.GetBytes(content), chunk), CancellationToken.None).GetAwaiter().GetResult();

    private static string Repair(string content, int chunk)
    {
        var repaired = new MemoryStream();
        using var filtered = new FilteredStream(repaired);
        filtered.Add(new LineBreakFilter());
        foreach (var some in Encoding.UTF8.GetBytes(content).Chunk(chunk))
            filtered.Write(some);
        filtered.Flush();
        return Encoding.UTF8.GetString(repaired.ToArray());
    }

    private sealed class SlowStream(byte[] content, int chunk) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
    }
}
