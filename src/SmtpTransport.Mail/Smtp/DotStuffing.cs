using System.Buffers;

namespace SmtpTransport.Mail.Smtp;

/// <summary>
/// Finds the end of DATA and takes the stuffed dots out (RFC 5321 §4.5.2). Only CRLF.CRLF ends it: every other look-alike
/// is content (RFC 5321 §4.1.1.4), and whether such content is acceptable is not decided here.
/// </summary>
internal sealed class DotStuffing
{
    private State state = State.LineStart;

    private enum State
    {
        LineStart,
        InLine,
        Cr,
        Dot,
        DotCr,
    }

    public bool Ended { get; private set; }

    /// <summary>Passes content on and returns where it stopped: at the end of the buffer, or right after the final dot's CRLF.</summary>
    public SequencePosition Read(in ReadOnlySequence<byte> buffer, IncomingMessage message)
    {
        long consumed = 0;
        foreach (var segment in buffer)
        {
            consumed += Read(segment.Span, message);
            if (Ended)
                break;
        }
        return buffer.GetPosition(consumed);
    }

    private int Read(ReadOnlySpan<byte> span, IncomingMessage message)
    {
        // Content from here on has not been passed on yet. The CR after a dot is held back: it may belong to the end.
        var start = 0;
        for (var i = 0; i < span.Length; i++)
        {
            var octet = span[i];
            switch (state)
            {
                case State.LineStart when octet == '.':
                    message.Write(span[start..i]);
                    start = i + 1;
                    state = State.Dot;
                    break;
                case State.Dot when octet == '\r':
                    start = i;
                    state = State.DotCr;
                    break;
                case State.DotCr when octet == '\n':
                    Ended = true;
                    return i + 1;
                case State.DotCr:
                    // The CR came with an earlier segment.
                    if (start == i)
                        message.Write("\r"u8);
                    state = octet == '\r' ? State.Cr : State.InLine;
                    break;
                case State.Cr when octet == '\n':
                    state = State.LineStart;
                    break;
                default:
                    if (octet == '\r')
                    {
                        state = State.Cr;
                        break;
                    }
                    state = State.InLine;
                    var next = span[i..].IndexOf((byte)'\r');
                    i = next < 0 ? span.Length - 1 : i + next - 1;
                    break;
            }
        }
        if (state is not (State.Dot or State.DotCr))
            message.Write(span[start..]);
        return span.Length;
    }
}
