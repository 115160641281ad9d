using CsCheck;
using SmtpTransport.Mail;

namespace SmtpTransport.Tests.Support;

/// <summary>Mailboxes of every kind, and texts that only look like them.</summary>
internal static class AddressGen
{
    private static readonly string[] Letters =
        ["a", "b", "Z", "7", "é", "e\u0301", "ß", "ς", "Σ", "δ", "ж", "İ", "ﬁ", "א", "ب", "例", "ｅ", "𝒳", "😀", "\u200d", "\u00ad"];

    private static readonly string[] Marks =
        [".", "%", "+", "-", "_", "!", "=", "~", "'", "&", "/", "\\", "\\40", "\\5c", "@", "\"", " ", ":", "<", ">", "(", ",", "*"];

    private static readonly string[] Domains =
        ["mail.test", "io", "c.test", "münchen.test", "straße.test", "παράδειγμα.δοκιμή", "אבג.test", "xn--a.test", "i❤.test", "9.test", "[192.0.2.1]", "[IPv6:2001:db8::1]"];

    public static readonly Gen<string> Local =
        Gen.Frequency((3, Gen.OneOf(Letters)), (1, Gen.OneOf(Marks))).Array[0, 12].Select(string.Concat);

    /// <summary>Valid mailboxes, most of them awkward.</summary>
    public static readonly Gen<EmailAddress> Mailbox =
        Gen.Select(Local, Gen.OneOf(Domains), (local, domain) =>
            EmailAddress.Parse($"{LocalPart.Quote(local)}@{domain}"));

    private static readonly string[] Pieces =
        [.. Letters, .. Marks, .. Domains, "smtp.example", "SMTP.Example.", "example.org", "%", "%", "\0", "\r\n", "\ud800", "\uffff"];

    /// <summary>Any text: noise, and pieces of addresses put together at random.</summary>
    public static readonly Gen<string> Hostile =
        Gen.OneOf(Gen.String, Gen.OneOf(Pieces).Array[0, 16].Select(string.Concat));

    /// <summary>The same from a seed, for runs that are measured in time.</summary>
    public static string NextHostile(Random random) =>
        string.Concat(random.GetItems(Pieces, random.Next(17))) + (random.Next(4) == 0 ? (char)random.Next(0x10000) : "");
}
