namespace SmtpTransport.Mail.Smtp;

/// <summary>Watches the octets of a message go by: line ends, line lengths, where the header ends, how often it was received.</summary>
internal sealed class MessageScanner
{
    private bool afterCr;
    private long lineLength;
    private long headerLength;
    private int matched;

    public bool HasBareLineEnd { get; private set; }

    public bool HasLongLine { get; private set; }

    public bool HasLongHeader { get; private set; }

    /// <summary>The blank line has gone by.</summary>
    public bool InBody { get; private set; }

    public int ReceivedCount { get; private set; }

    private static ReadOnlySpan<byte> ReceivedName => "received:"u8;

    /// <summary>Returns how many of these octets belong to the header, its blank line included.</summary>
    public int Scan(ReadOnlySpan<byte> octets)
    {
        var header = InBody ? 0 : octets.Length;
        var rest = octets;
        if (afterCr && rest is not ([] or [(byte)'\n', ..]))
            BareCr();
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
            Text(end < 0 ? rest : rest[..end]);
            if (end < 0)
                break;
            var octet = rest[end];
            rest = rest[(end + 1)..];
            if (octet == '\n')
            {
                var wasInBody = InBody;
                LineEnd();
                if (InBody && !wasInBody)
                    header = octets.Length - rest.Length;
            }
            else
            {
                afterCr = true;
                if (rest is not ([] or [(byte)'\n', ..]))
                    BareCr();
            }
        }
        headerLength += header;
        HasLongHeader |= headerLength > SmtpLimits.Header;
        return header;
    }

    /// <summary>Nothing follows: a CR that still waits for its LF was a bare one.</summary>
    public void End() => HasBareLineEnd |= afterCr;

    private void Text(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return;
        if (!InBody && lineLength < ReceivedName.Length && matched == lineLength)
            MatchName(text);
        lineLength += text.Length;
        HasLongLine |= lineLength > SmtpLimits.ContentLine;
    }

    // RFC 5321 §6.3: the simple count of Received fields finds loops.
    private void MatchName(ReadOnlySpan<byte> text)
    {
        foreach (var octet in text[..Math.Min(text.Length, ReceivedName.Length - matched)])
        {
            if ((octet | 0x20) != ReceivedName[matched])
                return;
            matched++;
        }
        if (matched == ReceivedName.Length)
            ReceivedCount++;
    }

    private void LineEnd()
    {
        HasBareLineEnd |= !afterCr;
        // A blank line in the sense of CRLF CRLF only; what holds bare line ends is refused anyway.
        InBody |= lineLength == 0 && afterCr;
        afterCr = false;
        lineLength = 0;
        matched = 0;
    }

    private void BareCr()
    {
        HasBareLineEnd = true;
        afterCr = false;
        lineLength++;
    }
}
