namespace SmtpTransport.Mail.Smtp;

/// <summary>What the session says on its own account; the receiver says the rest.</summary>
internal static class Replies
{
    public static readonly SmtpReply Ok = new(250, "2.0.0", "OK");
    public static readonly SmtpReply Bye = new(221, "2.0.0", "Bye");
    public static readonly SmtpReply Help = new(214, "2.0.0", "EHLO HELO MAIL RCPT DATA BDAT RSET NOOP STARTTLS VRFY QUIT");
    public static readonly SmtpReply CannotVerify = new(252, "2.0.0", "Send a mail, and you will see");
    public static readonly SmtpReply StartTls = new(220, "2.0.0", "Ready to start TLS");
    public static readonly SmtpReply StartMail = new(354, "", "End data with <CR><LF>.<CR><LF>");
    public static readonly SmtpReply PerRecipient = new(353, "", "One reply for each recipient follows");

    public static readonly SmtpReply Unknown = new(500, "5.5.1", "Command unknown");
    public static readonly SmtpReply Unreadable = new(500, "5.5.2", "Not a command line");
    public static readonly SmtpReply NotCrLf = new(500, "5.5.2", "Lines end with CRLF");
    public static readonly SmtpReply LineTooLong = new(500, "5.5.2", "Line too long");
    public static readonly SmtpReply NotImplemented = new(502, "5.5.1", "Command not implemented");
    public static readonly SmtpReply NoAuthentication = new(502, "5.5.1", "No authentication here");
    public static readonly SmtpReply NoArguments = new(501, "5.5.4", "No arguments allowed");
    public static readonly SmtpReply HeloSyntax = new(501, "5.5.4", "Say your host name or [address]");
    public static readonly SmtpReply MailSyntax = new(501, "5.5.4", "Syntax: MAIL FROM:<address>");
    public static readonly SmtpReply RcptSyntax = new(501, "5.5.4", "Syntax: RCPT TO:<address>");
    public static readonly SmtpReply BdatSyntax = new(501, "5.5.4", "Syntax: BDAT size [LAST]");
    public static readonly SmtpReply VrfySyntax = new(501, "5.5.4", "Syntax: VRFY address");
    public static readonly SmtpReply BadSender = new(501, "5.1.7", "Bad sender address syntax");
    public static readonly SmtpReply BadRecipient = new(501, "5.1.3", "Bad recipient address syntax");
    public static readonly SmtpReply BadParameter = new(501, "5.5.4", "Bad parameter value");
    public static readonly SmtpReply UnknownParameter = new(555, "5.5.4", "Parameter unknown or not offered");
    public static readonly SmtpReply NeedsSmtpUtf8 = new(553, "5.6.7", "Such an address needs SMTPUTF8");
    public static readonly SmtpReply TooLarge = new(552, "5.3.4", "Message too large");
    public static readonly SmtpReply TooManyRecipients = new(452, "4.5.3", "Too many recipients");

    public static readonly SmtpReply HeloFirst = new(503, "5.5.1", "Send EHLO first");
    public static readonly SmtpReply MailFirst = new(503, "5.5.1", "Send MAIL first");
    public static readonly SmtpReply NestedMail = new(503, "5.5.1", "Nested MAIL command");
    public static readonly SmtpReply RcptFirst = new(503, "5.5.1", "Send RCPT first");
    public static readonly SmtpReply NoValidRecipients = new(554, "5.5.1", "No valid recipients");
    public static readonly SmtpReply BdatUnderWay = new(503, "5.5.1", "BDAT under way");
    public static readonly SmtpReply TlsActive = new(503, "5.5.1", "TLS is active already");
    public static readonly SmtpReply TlsUnavailable = new(454, "4.7.0", "TLS not available now");

    public static readonly SmtpReply BareLineEnd = new(550, "5.5.2", "Bare CR or LF in the message: lines end with CRLF");
    public static readonly SmtpReply HeaderTooLarge = new(552, "5.3.4", "Message header too large");
    public static readonly SmtpReply ContentLineTooLong = new(554, "5.6.0", "Line in the message too long");
    public static readonly SmtpReply TooManyHops = new(554, "5.4.6", "Too many Received lines: mail loop");
    public static readonly SmtpReply DiskFull = new(452, "4.3.1", "No room for the message now");
    public static readonly SmtpReply LocalError = new(451, "4.3.0", "Trouble on our side, try again later");

    public static readonly SmtpReply SpokeFirst = new(554, "5.5.1", "Wait for the banner before you speak");
    public static readonly SmtpReply TooManyErrors = new(421, "4.7.0", "Too many errors");
    public static readonly SmtpReply TooMuchJunk = new(421, "4.7.0", "Too many commands without a mail");
    public static readonly SmtpReply TooManyCommands = new(421, "4.7.0", "Too many commands from your address, try again in a minute");
    public static readonly SmtpReply IdleTooLong = new(421, "4.4.2", "Idle too long");
    public static readonly SmtpReply TooSlow = new(421, "4.4.2", "Message takes too long");
    public static readonly SmtpReply Stopping = new(421, "4.3.2", "Service is stopping, try again later");
    public static readonly SmtpReply TooManyConnections = new(421, "4.3.2", "Too many connections, try again later");
    public static readonly SmtpReply TooManyFromAddress = new(421, "4.7.0", "Too many connections from your address");
}
