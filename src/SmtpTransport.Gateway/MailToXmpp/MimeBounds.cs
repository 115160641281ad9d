using MimeKit;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>
/// Counts what a mail would be taken apart into, without taking it apart: a few octets for each part or field, sent by the
/// million, would fill our memory with them.
/// </summary>
internal sealed class MimeBounds : MimeReader
{
    /// <summary>Parts of a mail, multiparts and attached mails among them.</summary>
    public const int MaxParts = 2000;

    /// <summary>Header fields of the mail and all its parts.</summary>
    public const int MaxFields = 20_000;

    /// <summary>Octets of all of them: what stands in a field is taken apart as well, ten thousand addresses in one as in many.</summary>
    public const int MaxFieldOctets = 1024 * 1024;

    /// <summary>A part, and a field, take four octets at least: a mail up to this size need not be counted.</summary>
    private const int Harmless = MaxParts * 4;

    private int parts;
    private int fields;
    private int fieldOctets;

    private MimeBounds(Stream content)
        : base(MailFile.Options, content, MimeFormat.Entity)
    {
    }

    /// <summary>False for a mail of more than anyone would read. The stream is where it was afterwards.</summary>
    public static bool Hold(Stream content)
    {
        if (content.Length <= Harmless)
            return true;
        try
        {
            new MimeBounds(content).ReadMessage();
            return true;
        }
        catch (FormatException)
        {
            // No header at all: one text.
            return true;
        }
        catch (ExceededException)
        {
            return false;
        }
        finally
        {
            content.Position = 0;
        }
    }

    protected override void OnHeaderRead(Header header, int beginLineNumber, CancellationToken cancellationToken)
    {
        Count(ref fields, MaxFields);
        Count(ref fieldOctets, MaxFieldOctets, header.RawField.Length + header.RawValue.Length);
    }

    protected override void OnMimePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) =>
        Count(ref parts, MaxParts);

    protected override void OnMultipartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) =>
        Count(ref parts, MaxParts);

    protected override void OnMessagePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) =>
        Count(ref parts, MaxParts);

    // The reader can be left in no other way.
    private static void Count(ref int count, int limit, int more = 1)
    {
        if ((count += more) > limit)
            throw new ExceededException();
    }

    private sealed class ExceededException : Exception;
}
