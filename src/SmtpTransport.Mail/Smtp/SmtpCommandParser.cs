using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace SmtpTransport.Mail.Smtp;

/// <summary>The grammar of RFC 5321 §4.1 and its extensions: a line without its CRLF to a command. Pure.</summary>
internal static class SmtpCommandParser
{
    private const int MaxHelo = 255;

    // Domains and address literals, and the underscore that hosts do have. Goes into Received, so nothing that means anything there.
    private static readonly SearchValues<char> HeloCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:[]");

    public static SmtpCommand Parse(ReadOnlySpan<byte> octets)
    {
        Span<char> characters = stackalloc char[SmtpLimits.CommandLine];
        // RFC 6531 §3.3: what is not ASCII is UTF-8.
        if (Utf8.ToUtf16(octets, characters, out _, out var length, replaceInvalidSequences: false) != OperationStatus.Done)
            return new SmtpCommand.Refused(Replies.Unreadable);
        ReadOnlySpan<char> line = characters[..length].TrimEnd(' ');
        foreach (var c in line)
        {
            if (char.IsControl(c))
                return new SmtpCommand.Refused(Replies.Unreadable);
        }
        var space = line.IndexOf(' ');
        var argument = space < 0 ? [] : line[(space + 1)..].TrimStart(' ');
        return Dispatch(space < 0 ? line : line[..space], argument);
    }

    private static SmtpCommand Dispatch(ReadOnlySpan<char> verb, ReadOnlySpan<char> argument)
    {
        Span<char> upper = stackalloc char[8];
        var length = verb.ToUpperInvariant(upper);
        return (length < 0 ? [] : upper[..length]) switch
        {
            "EHLO" => IsHeloName(argument) ? new SmtpCommand.Ehlo(argument.ToString()) : new SmtpCommand.Refused(Replies.HeloSyntax),
            "HELO" => IsHeloName(argument) ? new SmtpCommand.Helo(argument.ToString()) : new SmtpCommand.Refused(Replies.HeloSyntax),
            "MAIL" => Mail(argument),
            "RCPT" => Rcpt(argument),
            "BDAT" => Bdat(argument),
            "DATA" => Bare(argument, new SmtpCommand.Data()),
            "RSET" => Bare(argument, new SmtpCommand.Rset()),
            "QUIT" => Bare(argument, new SmtpCommand.Quit()),
            "STARTTLS" => Bare(argument, new SmtpCommand.StartTls()),
            "NOOP" => new SmtpCommand.Noop(),
            "HELP" => new SmtpCommand.Help(),
            "VRFY" => argument.IsEmpty ? new SmtpCommand.Refused(Replies.VrfySyntax) : new SmtpCommand.Vrfy(),
            "EXPN" => new SmtpCommand.Refused(Replies.NotImplemented),
            "AUTH" => new SmtpCommand.Refused(Replies.NoAuthentication),
            _ => new SmtpCommand.Refused(Replies.Unknown),
        };
    }

    private static SmtpCommand Bare(ReadOnlySpan<char> argument, SmtpCommand command) =>
        argument.IsEmpty ? command : new SmtpCommand.Refused(Replies.NoArguments);

    private static bool IsHeloName(ReadOnlySpan<char> argument) =>
        argument.Length is > 0 and <= MaxHelo && !argument.ContainsAnyExcept(HeloCharacters);

    private static SmtpCommand Mail(ReadOnlySpan<char> argument)
    {
        if (!argument.StartsWith("FROM:", StringComparison.OrdinalIgnoreCase))
            return new SmtpCommand.Refused(Replies.MailSyntax);
        if (!SmtpPath.TryRead(argument["FROM:".Length..], out var path))
            return new SmtpCommand.Refused(Replies.BadSender);
        EmailAddress? sender = null;
        if (!path.Mailbox.IsEmpty)
        {
            if (!EmailAddress.TryParseForeign(path.Mailbox.ToString(), out var address))
                return new SmtpCommand.Refused(Replies.BadSender);
            sender = address;
        }
        return MailParameters.TryParse(path.Parameters, out var parameters) is { } refusal
            ? new SmtpCommand.Refused(refusal)
            : new SmtpCommand.Mail(sender, !Ascii.IsValid(path.Mailbox), parameters);
    }

    private static SmtpCommand Rcpt(ReadOnlySpan<char> argument)
    {
        if (!argument.StartsWith("TO:", StringComparison.OrdinalIgnoreCase))
            return new SmtpCommand.Refused(Replies.RcptSyntax);
        if (!SmtpPath.TryRead(argument["TO:".Length..], out var path))
            return new SmtpCommand.Refused(Replies.BadRecipient);
        // RFC 5321 §4.5.1: postmaster needs no domain.
        var postmaster = path.Mailbox.Equals("postmaster", StringComparison.OrdinalIgnoreCase);
        var address = new EmailAddress("postmaster", "");
        if (!postmaster && !EmailAddress.TryParse(path.Mailbox.ToString(), out address))
            return new SmtpCommand.Refused(Replies.BadRecipient);
        return RcptParameters.TryParse(path.Parameters, out var parameters) is { } refusal
            ? new SmtpCommand.Refused(refusal)
            : new SmtpCommand.Rcpt(address, !Ascii.IsValid(argument), parameters);
    }

    // RFC 3030 §2
    private static SmtpCommand Bdat(ReadOnlySpan<char> argument)
    {
        var space = argument.IndexOf(' ');
        var digits = space < 0 ? argument : argument[..space];
        var end = space < 0 ? [] : argument[(space + 1)..].TrimStart(' ');
        var last = end.Equals("LAST", StringComparison.OrdinalIgnoreCase);
        return (last || end.IsEmpty) && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? new SmtpCommand.Bdat(size, last)
            : new SmtpCommand.Unframed(Replies.BdatSyntax);
    }
}
