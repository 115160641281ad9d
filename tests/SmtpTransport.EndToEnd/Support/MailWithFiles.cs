using System.Security.Cryptography;
using MimeKit;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>A file of a mail, and how it is known again.</summary>
internal sealed record SentFile(string Name, byte[] Octets)
{
    public string Sha256 { get; } = Convert.ToBase64String(SHA256.HashData(Octets));

    public static SentFile Random(string name, int size)
    {
        var octets = new byte[size];
        System.Random.Shared.NextBytes(octets);
        return new SentFile(name, octets);
    }
}

/// <summary>Mails with files, written by a mail library.</summary>
internal static class MailWithFiles
{
    public static string Of(string to, string text, params SentFile[] files)
    {
        var body = new BodyBuilder { TextBody = text };
        foreach (var file in files)
            body.Attachments.Add(file.Name, file.Octets);
        var message = new MimeMessage { Subject = "Files", Body = body.ToMessageBody(), MessageId = $"{Text.Unique("m")}@mail.test" };
        message.From.Add(MailboxAddress.Parse("bob@mail.test"));
        message.To.Add(MailboxAddress.Parse(to));
        using var octets = new MemoryStream();
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        message.WriteTo(format, octets);
        return System.Text.Encoding.UTF8.GetString(octets.ToArray());
    }
}
