using System.Text.RegularExpressions;

namespace SmtpTransport.Gateway.Bounces;

/// <summary>How bounces look that follow no standard: the words of some fifty mail systems. All match in linear time.</summary>
internal static class BouncePatterns
{
    /// <summary>Who sends them.</summary>
    public static readonly Regex Sender = Pattern(
        "mailer-?daemon|postmaster|post_master|mail ?delivery|mail-?administrator|system administrator|mail ?system|delivery (?:sub)?system|bounce");

    /// <summary>What they are called.</summary>
    public static readonly Regex Subject = Pattern(
        "undeliver|(?:non|un|not) ?-?deliver|deliver(?:y|ing) (?:status|fail|error|problem|report|notification|has)|failure (?:notice|notification|delivery)"
        + "|returned (?:mail|to)|mail (?:system error|failure|could not)|(?:mail|message) (?:delivery|undeliverable|status)|could not (?:be delivered|send)"
        + "|delivery (?:failed|failure|delayed)|delayed mail|warning: (?:message|could not)|error sending|delivery unsuccessful|user unknown"
        + "|\u914D\u4FE1|\u9001\u4FE1\u5931\u8D25");

    /// <summary>What they say first.</summary>
    public static readonly Regex Opening = Pattern(
        "(?:could|can) ?not (?:be )?deliver|not be delivered|unable to deliver|wasn't able to deliver|unable to (?:send|complete)|(?:was|were|is) (?:undeliverable|not delivered|rejected|returned)"
        + "|did not reach|delivery (?:to the following|failed|has failed|status notification|attempt|was unsuccessful)|deliver(?:y|ing) (?:your|the) (?:mail|message)"
        + "|permanent (?:fatal )?error|fatal errors|(?:couldn't|could not|cannot) (?:be )?(?:deliver|send|sent)|error (?:occurred|was encountered|message below)|failed (?:recipients?|addresses|permanently)"
        + "|undeliver(?:able|ed)|user unknown|transcript of session|has been (?:delayed|rejected|returned)|account is disabled|trouble delivering|returned (?:mail|message)|did not like our"
        + "|transient error|still being retried|recipient(?:s)? (?:was|were) rejected|your message was not|invalid user address|could not be reached|returning message to sender");

    /// <summary>Where the returned mail begins, and the report ends.</summary>
    public static readonly Regex Returned = new(
        @"^(?:>?(?:Return-Path|Received|Message-Id):|[\s*=_|-]*(?:Below this line|This is a copy|Original message|Unsent message|Message header|Returned message|Your original message|Original mail|The attachment contains|"
        + @"Included is a copy|Here is a copy|Message details|Returned mail|Undelivered message|Text of your message|The header of|Message text follows|Headers? of the original|The first .* of the))",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase);

    /// <summary>It is late, and not lost.</summary>
    public static readonly Regex Late = Pattern(
        "warning message only|this is a warning only|will be retried|still being retried|will (?:continue|keep) (?:to try|trying)|has been delayed|not yet been delivered|delivery (?:is )?delayed|do not need to resend|delivery status notification \\(delay\\)");

    /// <summary>It was a passing trouble that lasted too long: 4.4.7 in words.</summary>
    public static readonly Regex Expired = Pattern(
        "retry time(?:out)? (?:exceeded|not reached)|time-?out|timed out|too long|connection refused|no route to host|retries exceeded|could not connect|temporar(?:y|ily)|try (?:again )?later|connect(?:ion)? (?:to|was|with).*(?:refused|dropped|reset|fail)|host (?:is )?unreachable");

    /// <summary>An address, as reports write it.</summary>
    public static readonly Regex Address = new(
        @"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+", RegexOptions.NonBacktracking);

    private static Regex Pattern(string words) => new(words, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase);
}
