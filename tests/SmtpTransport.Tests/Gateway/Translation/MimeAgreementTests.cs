using System.Globalization;
using System.Text.Json;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Reading;
using SmtpTransport.Gateway.Translation;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Gateway.Translation;

/// <summary>What another parser reads in hard mails, and what we read in them. Each difference is explained.</summary>
internal sealed class MimeAgreementTests
{
    private static readonly Dictionary<string, string> Explained = new()
    {
        ["rfc/001 sender"] = "\"From: Whomever\" names nobody with an address; we keep the word",
        ["rfc/001 files"] = "three forms of one file (RFC 2046 §5.1.4): we take the best, which is the last and has no name",
        ["rfc/004 sender"] = "\"From: Moderator-Address\": as in rfc/001",
        ["thirdparty/001 text"] = "three plain texts as forms of one: we take the first",
        ["thirdparty/002 text"] = "a word behind the end of base64 is nothing to us, and garbage to them",
        ["thirdparty/015 files"] = "a mail in the mail is cut off in the middle of its header; we find the two that follow it, they do not",
    };

    [Test]
    public void Two_parsers_agree_on_subject_sender_text_and_files()
    {
        var (agreed, compared) = (0, 0);
        var differences = new Dictionary<string, string>();
        foreach (var file in Directory.EnumerateFiles(Corpora.Path("mime"), "*.eml", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using var expected = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(file, ".json")));
            using var stream = File.OpenRead(file);
            using var mail = MailFile.Load(stream);
            var headers = MailHeaders.Of(mail);
            var content = MailContent.Of(mail);

            var name = $"{Directory.GetParent(file)!.Name}/{Path.GetFileNameWithoutExtension(file)}";
            Compare("subject", Expected.Subject(expected.RootElement), headers.Subject);
            Compare("sender", Expected.Sender(expected.RootElement), mail.From.Mailboxes.FirstOrDefault()?.Address ?? "");
            Compare("text", Missing(Expected.Texts(expected.RootElement), content.Text), "");
            var files = Expected.Files(expected.RootElement).ToList();
            Compare("files", string.Join(", ", files), string.Join(", ", content.Attachments.Select(file => file.Name).Where(file => files.Contains(file) || !IsMadeUp(file))));

            void Compare(string what, string theirs, string ours)
            {
                compared++;
                if (Words(theirs) == Words(ours))
                    agreed++;
                else
                    differences.Add($"{name} {what}", $"theirs <{theirs}> ours <{ours}>");
            }
        }

        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Agreement on {agreed} of {compared} ({100.0 * agreed / compared:0.0} %). Differences:"));
        foreach (var (difference, reason) in Explained)
            TestContext.Out.WriteLine($"{difference}: {reason}");
        Assert.That(differences.Where(difference => !Explained.ContainsKey(difference.Key)), Is.Empty);
        Assert.That(Explained.Keys, Is.EquivalentTo(differences.Keys), "an explanation of nothing");
    }

    /// <summary>A name that we gave to what has none.</summary>
    private static bool IsMadeUp(string name) => name is "unnamed" or Attachment.Invitation || name.EndsWith(".eml", StringComparison.Ordinal);

    /// <summary>The first text that is not to be found in ours.</summary>
    private static string Missing(IEnumerable<string> texts, string ours)
    {
        var words = Words(ours);
        return texts.FirstOrDefault(text => !words.Contains(Words(text), StringComparison.Ordinal)) ?? "";
    }

    // Line ends, white space and marks of lists and quotes are a matter of taste.
    private static string Words(string text) => string.Concat(text.Where(char.IsLetterOrDigit));

    /// <summary>Where things stand in the other parser's JSON.</summary>
    private static class Expected
    {
        public static string Subject(JsonElement mail) =>
            Header(mail, 0, "subject") is { } subject && subject.TryGetProperty("Text", out var text) ? text.GetString() ?? "" : "";

        public static string Sender(JsonElement mail)
        {
            if (Header(mail, 0, "from") is not { } from || !from.TryGetProperty("Address", out var address))
                return "";
            var list = address.TryGetProperty("List", out var mailboxes)
                ? mailboxes.EnumerateArray()
                : address.TryGetProperty("Group", out var groups) ? groups.EnumerateArray().SelectMany(group => group.GetProperty("addresses").EnumerateArray()) : [];
            return list.Select(mailbox => mailbox.GetProperty("address").GetString()).FirstOrDefault() ?? "";
        }

        public static IEnumerable<string> Texts(JsonElement mail) =>
            from index in mail.GetProperty("text_body").EnumerateArray()
            let body = mail.GetProperty("parts")[index.GetInt32()].GetProperty("body")
            select body.TryGetProperty("Text", out var text) ? text.GetString()
                : body.TryGetProperty("Html", out var html) ? TextPage.Read(html.GetString()!).Text : "";

        public static IEnumerable<string> Files(JsonElement mail) =>
            from index in mail.GetProperty("attachments").EnumerateArray()
            select Parameter(mail, index.GetInt32(), "content_disposition", "filename") ?? Parameter(mail, index.GetInt32(), "content_type", "name") into name
            where name is not null
            select name;

        private static string? Parameter(JsonElement mail, int part, string header, string name)
        {
            if (Header(mail, part, header) is not { } value || !value.TryGetProperty("ContentType", out var type) || !type.TryGetProperty("attributes", out var attributes)
                || attributes.ValueKind != JsonValueKind.Array)
                return null;
            return attributes.EnumerateArray()
                .Where(attribute => attribute.GetProperty("name").GetString() == name)
                .Select(attribute => attribute.GetProperty("value").GetString())
                .FirstOrDefault();
        }

        private static JsonElement? Header(JsonElement mail, int part, string name)
        {
            foreach (var header in mail.GetProperty("parts")[part].GetProperty("headers").EnumerateArray())
                if (header.GetProperty("name").ValueKind == JsonValueKind.String && header.GetProperty("name").GetString() == name)
                    return header.GetProperty("value");
            return null;
        }
    }
}
