using MimeKit.IO.Filters;

namespace SmtpTransport.Mail.Delivery;

/// <summary>Makes every CR, LF and CRLF one CRLF (RFC 5321 §2.3.8).</summary>
internal sealed class LineBreakFilter : MimeFilterBase
{
    private bool afterCr;

    protected override byte[] Filter(byte[] input, int startIndex, int length, out int outputIndex, out int outputLength, bool flush)
    {
        EnsureOutputSize(2 * length, keep: false);
        outputIndex = 0;
        outputLength = 0;
        foreach (var octet in input.AsSpan(startIndex, length))
        {
            if (octet is (byte)'\r' or (byte)'\n')
            {
                if (octet == '\r' || !afterCr)
                {
                    OutputBuffer[outputLength++] = (byte)'\r';
                    OutputBuffer[outputLength++] = (byte)'\n';
                }
            }
            else
            {
                OutputBuffer[outputLength++] = octet;
            }

            afterCr = octet == '\r';
        }

        return OutputBuffer;
    }

    public override void Reset()
    {
        afterCr = false;
        base.Reset();
    }
}
