using System.Text.RegularExpressions;
using SmtpTransport.Gateway.Spool;

namespace SmtpTransport.Gateway.Pages;

/// <summary>What the checks on a mail's sender came to, in plain words.</summary>
/// <param name="Summary">Empty when nothing was checked.</param>
/// <param name="Details">A line for each check.</param>
internal sealed partial record VerdictWords(string Summary, IReadOnlyList<string> Details)
{
    private const int MaxDetails = 12;

    public static VerdictWords Of(MailAuthentication authentication) => new(Summarise(authentication.Author), [.. Checks(authentication.Results).Take(MaxDetails)]);

    private static string Summarise(AuthorStanding author) => author switch
    {
        AuthorStanding.Verified => "Verified: this mail comes from the domain in its From line.",
        AuthorStanding.Unverified => "Not verified: nothing proves that this mail is from whom it says, and nothing speaks against it.",
        AuthorStanding.Doubtful => "Warning: this mail may not be from whom it says. Its sender failed the checks.",
        _ => "",
    };

    // RFC 8601 §2.2: we wrote it ourselves, so that one form is enough.
    private static IEnumerable<string> Checks(string results) =>
        from check in Check().Matches(results)
        let about = check.Groups["about"].Value
        select $"{Name(check.Groups["method"].Value)}: {Word(check.Groups["result"].Value)}{(about.Length > 0 ? $" ({about})" : "")}";

    private static string Name(string method) => method switch
    {
        "spf" => "Sending server (SPF)",
        "dkim" => "Signature (DKIM)",
        "dmarc" => "Policy of the domain (DMARC)",
        _ => "Earlier servers (ARC)",
    };

    private static string Word(string result) => result switch
    {
        "pass" => "passed",
        "fail" => "failed",
        "softfail" => "failed, says the domain, but not for certain",
        "neutral" or "none" => "nothing is known",
        "temperror" => "could not be checked at the time",
        "permerror" => "what the domain has published about it is broken",
        _ => result,
    };

    [GeneratedRegex("""; (?<method>spf|dkim|dmarc|arc)=(?<result>[a-z]+)(?: reason="(?:[^"\\]|\\.)*")?(?: (?:smtp\.mailfrom|smtp\.helo|header\.d|header\.from)=(?<about>[^\s;"]+))?""")]
    private static partial Regex Check();
}
