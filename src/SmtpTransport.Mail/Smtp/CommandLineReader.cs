using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace SmtpTransport.Mail.Smtp;

/// <summary>Cuts command lines out of what has arrived. An over-long line is skipped to its end and refused once.</summary>
internal sealed class CommandLineReader
{
    private bool skipping;

    /// <summary>False when more must arrive; <paramref name="buffer"/> then starts with what is still needed.</summary>
    public bool TryRead(ref ReadOnlySequence<byte> buffer, [NotNullWhen(true)] out SmtpCommand? command)
    {
        command = null;
        if (buffer.PositionOf((byte)'\n') is not { } end)
        {
            if (skipping || buffer.Length >= SmtpLimits.CommandLine)
            {
                skipping = true;
                buffer = buffer.Slice(buffer.End);
            }
            return false;
        }
        var line = buffer.Slice(0, end);
        buffer = buffer.Slice(buffer.GetPosition(1, end));
        var tooLong = skipping || line.Length >= SmtpLimits.CommandLine;
        skipping = false;
        command = tooLong ? new SmtpCommand.Refused(Replies.LineTooLong) : Parse(line);
        return true;
    }

    private static SmtpCommand Parse(in ReadOnlySequence<byte> line)
    {
        if (line.IsSingleSegment)
            return Parse(line.FirstSpan);
        Span<byte> copy = stackalloc byte[SmtpLimits.CommandLine];
        line.CopyTo(copy);
        return Parse(copy[..(int)line.Length]);
    }

    // RFC 5321 §2.3.8: a line that a bare LF ends is none. It is read as one, so that the session stays in sync, and refused.
    private static SmtpCommand Parse(ReadOnlySpan<byte> line) =>
        line is [.. var text, (byte)'\r'] ? SmtpCommandParser.Parse(text) : new SmtpCommand.Refused(Replies.NotCrLf);
}
