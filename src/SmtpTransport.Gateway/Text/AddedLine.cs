namespace SmtpTransport.Gateway.Text;

/// <summary>
/// The lines that a reader in chat finds beside a mail's own text. They are not its author's words and not for the author's eyes:
/// an answer does not quote them.
/// </summary>
public static class AddedLine
{
    public const string WholeMail = "Whole mail: ";

    private static readonly string[] Openings =
    [
        "[From ", "[Warning: ", "[Sender not verified]", "[Cut here: ", "[Attached: ", "[Not delivered: ", "[Still on its way: ",
        "[Mailing list: ", "[Unsubscribe: ", "[Also to: ", "[Answers go to: ", "[Automatic mail: ", "[All of them ",
    ];

    public static bool Is(string line) =>
        line.StartsWith(WholeMail + "http", StringComparison.Ordinal)
        || (line.EndsWith(']') && (line.EndsWith(" more files]", StringComparison.Ordinal) || Array.Exists(Openings, opening => line.StartsWith(opening, StringComparison.Ordinal))));
}
