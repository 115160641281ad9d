namespace SmtpTransport.Mail.Smtp;

/// <summary>Bounds that are nobody's setting: what an honest client never reaches.</summary>
internal static class SmtpLimits
{
    /// <summary>Octets with CRLF. RFC 5321 §4.5.3.1.4 asks for 512 plus what extensions add; UTF-8 addresses and ORCPT need more.</summary>
    public const int CommandLine = 2048;

    /// <summary>RFC 5321 §4.5.3.1.5.</summary>
    public const int ReplyLine = 512;

    /// <summary>Accepted recipients of one mail. RFC 5321 §4.5.3.1.8: at least 100.</summary>
    public const int Recipients = 100;

    /// <summary>From the first octet to the blank line.</summary>
    public const int Header = 100 * 1024;

    /// <summary>One line of a mail. RFC 5321 §4.5.3.1.6 allows 1000; far longer ones are common, endless ones are an attack.</summary>
    public const int ContentLine = 64 * 1024;

    /// <summary>RFC 5321 §6.3: a mail that went through more hosts is in a loop.</summary>
    public const int Received = 50;

    /// <summary>A mail up to this size stays in memory.</summary>
    public const int InMemory = 64 * 1024;

    /// <summary>From here on an error costs <see cref="ErrorDelay"/>.</summary>
    public const int ErrorsBeforeDelay = 10;

    /// <summary>Of one client in all its sessions; from here on, too, an error costs <see cref="ErrorDelay"/>.</summary>
    public const int ErrorsPerMinute = 60;

    /// <summary>The error that ends the session.</summary>
    public const int Errors = 20;

    /// <summary>Commands between two mails that lead nowhere: NOOP, RSET, VRFY, HELP, repeated EHLO.</summary>
    public const int JunkCommands = 100;

    /// <summary>Answers of 4xx to MAIL and RCPT between two mails. A mail may name far more recipients at once than we take.</summary>
    public const int Deferrals = 1000;

    /// <summary>Octets a second, over <see cref="RateWindow"/>.</summary>
    public const int MinimumRate = 500;

    public static readonly TimeSpan RateWindow = TimeSpan.FromMinutes(1);

    public static readonly TimeSpan ErrorDelay = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan TlsHandshake = TimeSpan.FromSeconds(30);

    public static readonly TimeSpan TlsGoodbye = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan ProxyHeader = TimeSpan.FromSeconds(5);
}
