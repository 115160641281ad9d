using System.Text;
using MimeKit;
using SmtpTransport.Gateway.Accounts;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Translation;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Bench;

/// <summary>What making messages of mails costs on one core, beside MimeKit's bare parse of the same mails. The mails are test cases.</summary>
internal static class Translations
{
    /// <summary>How long a run lasts.</summary>
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, string[]> Kinds = new()
    {
        ["plain text"] = ["plain", "format-flowed", "utf8-that-is-latin1", "mailing-list"],
        ["a newsletter in HTML"] = ["html-newsletter", "html-receipt", "alternative-boilerplate"],
        ["with files"] = ["attachment", "attachment-names", "alternative-html-and-file", "related-inline-image"],
        ["an answer with its history"] = ["quote-trimmed", "quote-trimmed-outlook", "html-gmail-reply", "html-outlook-reply"],
        ["an invitation"] = ["calendar-invitation", "calendar-all-day", "calendar-utc-duration"],
    };

    private static readonly MailContext Context = new()
    {
        Contact = new Jid("bob%mail.test", "smtp.example", ""),
        User = new Jid("alice", "example.org", ""),
        JidOf = address => new Jid(address.Local, address.Domain, ""),
        StanzaId = part => $"m{part}",
        Thread = "t1",
        Preferences = new AccountPreferences { TrimQuotes = true, TrimSignatures = true },
        ReceivedAt = DateTimeOffset.UnixEpoch,
        Now = DateTimeOffset.UnixEpoch,
    };

    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        var mails = Kinds.ToDictionary(kind => kind.Key, kind => kind.Value.Select(name => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Cases", name + ".eml"))).ToArray());
        mails["a page of 300 KB"] = [LargePage()];

        // The first kinds would pay for the compilation of what all of them need.
        foreach (var kind in mails.Values)
            await RateAsync(kind, Translate);
        var rows = new List<Row>();
        foreach (var (kind, files) in mails)
        {
            var parse = await Runs.MedianAsync($"MimeKit's parse, {kind}", () => RateAsync(files, Parse));
            var translate = await Runs.MedianAsync($"translations/s, {kind}", () => RateAsync(files, Translate));
            rows.Add(Row.Told($"translations/s, {kind}", translate, parse));
        }

        return rows;
    }

    private static void Parse(Stream file)
    {
        using var mail = MimeMessage.Load(file);
    }

    private static void Translate(Stream file)
    {
        using var mail = MailFile.Load(file);
        MailTranslator.Translate(mail, Context);
    }

    private static Task<double> RateAsync(byte[][] mails, Action<Stream> work)
    {
        var start = TimeProvider.System.GetTimestamp();
        var done = 0;
        for (; TimeProvider.System.GetElapsedTime(start) < Span; done++)
        {
            using var mail = new MemoryStream(mails[done % mails.Length]);
            work(mail);
        }

        return Task.FromResult(done / TimeProvider.System.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>As shops send them: tables in tables, a style on each cell, a picture and a link for each article.</summary>
    private static byte[] LargePage()
    {
        const string Article =
            "<tr><td style=\"padding:4px 8px;font:14px Arial,sans-serif;color:#333333\" class=\"item\"><table width=\"100%\" border=\"0\"><tr><td><a href=\"https://shop.test/a?id=17&amp;c=news\">"
            + "<img src=\"https://shop.test/p/17.jpg\" width=\"120\" height=\"90\" alt=\"\"></a></td><td><b>A lamp</b><br>Bright, and not dear: 19.90 &euro;</td></tr></table></td></tr>\n";
        return Encoding.UTF8.GetBytes(
            "From: shop@mail.test\nTo: alice@example.org\nSubject: News\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<html><body><table>"
            + string.Concat(Enumerable.Repeat(Article, 300_000 / Article.Length)) + "</table></body></html>\n");
    }
}
