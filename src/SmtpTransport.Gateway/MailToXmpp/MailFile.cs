using MimeKit;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Reads a mail from its RFC 5322 bytes, whatever state they are in.</summary>
public static class MailFile
{
    // Deeper nesting than any mail program makes; what lies below is not looked at.
    internal static readonly ParserOptions Options = new() { MaxMimeDepth = 50, MaxAddressGroupDepth = 3 };

    /// <summary>
    /// The mail keeps reading from <paramref name="content"/>, so that files in it are never whole in memory: the stream
    /// stays open as long as the mail is used.
    /// </summary>
    public static MimeMessage Load(Stream content)
    {
        try
        {
            return MimeMessage.Load(Options, content, persistent: true);
        }
        catch (FormatException)
        {
            // Not even a header: all of it is text.
            content.Position = 0;
            var mail = new MimeMessage { Body = new TextPart("plain") { Content = new MimeContent(content) } };
            mail.Headers.Clear();
            return mail;
        }
    }
}
