using System.Text;
using MimeKit;
using MimeKit.IO;

namespace SmtpTransport.Mail.Delivery;

/// <summary>The RFC 5322 bytes of one mail, parsed for MailKit, and what they ask of the next hop.</summary>
internal sealed class OutgoingContent : IDisposable
{
    private static readonly HashSet<HeaderId> AddressHeaders =
    [
        HeaderId.From, HeaderId.Sender, HeaderId.ReplyTo, HeaderId.To, HeaderId.Cc, HeaderId.Bcc, HeaderId.ResentFrom,
        HeaderId.ResentSender, HeaderId.ResentReplyTo, HeaderId.ResentTo, HeaderId.ResentCc, HeaderId.ResentBcc,
    ];

    private readonly Stream stream;
    private readonly DkimSigning signing;

    private OutgoingContent(Stream stream, MimeMessage message, bool isPlain, DkimSigning signing)
    {
        this.stream = stream;
        this.signing = signing;
        Message = message;
        IsPlain = isPlain;
    }

    public MimeMessage Message { get; }

    /// <summary>Octets, without signatures; exact unless the content has to be re-encoded on the way.</summary>
    public long Length => stream.Length;

    /// <summary>ASCII in short lines: goes out as it is, whatever the next hop offers.</summary>
    public bool IsPlain { get; }

    /// <summary>Raw UTF-8 in the header (RFC 6532): needs SMTPUTF8.</summary>
    public bool HasInternationalHeader => !IsPlain && Message.Headers.Any(header => !Ascii.IsValid(header.RawValue));

    /// <summary>RFC 8689 §3.</summary>
    public bool WaivesTls => Message.Headers["TLS-Required"]?.Trim().Equals("No", StringComparison.OrdinalIgnoreCase) == true;

    /// <exception cref="FormatException">This is no mail.</exception>
    public static async Task<OutgoingContent> OpenAsync(Func<Stream> open, DkimSigning signing, CancellationToken cancellation)
    {
        var stream = open();
        try
        {
            var scan = await ContentScan.ReadAsync(stream, cancellation);
            stream.Position = 0;
            if (scan.HasBareBreaks)
                stream = await RepairAsync(stream, cancellation);
            // Persistent: parts stay in the stream and are not copied.
            var message = await MimeMessage.LoadAsync(stream, persistent: true, cancellation);
            return new OutgoingContent(stream, message, scan.IsPlain, signing);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Spells the header in ASCII (RFC 2047, A-labels) as far as that goes.</summary>
    /// <returns>False when something in it cannot be spelled so.</returns>
    public bool TryDowngradeHeader()
    {
        if (!HasInternationalHeader)
            return true;
        if (Message.Headers.Any(HasInternationalMailbox))
            return false;
        foreach (var header in Message.Headers.Where(header => !Ascii.IsValid(header.RawValue)).ToList())
            header.SetValue(FormatOptions.Default, Encoding.UTF8, header.Value);
        return !HasInternationalHeader;
    }

    /// <summary>For the next server to try: with fewer extensions the same mail has other octets.</summary>
    public void RemoveSignatures() => Message.Headers.RemoveAll(HeaderId.DkimSignature);

    /// <summary>Signs the mail as it is now, after all encoding.</summary>
    public void Sign(FormatOptions options) => signing.Sign(options, Message);

    public void Dispose()
    {
        Message.Dispose();
        stream.Dispose();
    }

    // RFC 6532 §3.2: a local part has no other spelling, RFC 2047 does not reach into addresses.
    private static bool HasInternationalMailbox(Header header) =>
        AddressHeaders.Contains(header.Id)
        && InternetAddressList.TryParse(header.RawValue, out var addresses)
        && addresses.Mailboxes.Any(mailbox => !Ascii.IsValid(mailbox.LocalPart));

    private static async Task<Stream> RepairAsync(Stream stream, CancellationToken cancellation)
    {
        var repaired = new MemoryBlockStream();
        await using (stream)
        using (var filtered = new FilteredStream(stream))
        {
            filtered.Add(new LineBreakFilter());
            await filtered.CopyToAsync(repaired, cancellation);
        }

        repaired.Position = 0;
        return repaired;
    }
}
