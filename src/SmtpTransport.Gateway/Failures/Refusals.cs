using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Failures;

/// <summary>What the gateway itself says no to, in words for the user: what happened, and what to do next.</summary>
public static class Refusals
{
    public static StanzaError Encrypted { get; } = new(
        StanzaErrorType.Modify,
        "not-acceptable",
        "Not sent: this message is end-to-end encrypted, and mail cannot carry it. Turn encryption off for this contact and send it again.");

    public static StanzaError EncryptedFile { get; } = new(
        StanzaErrorType.Modify,
        "not-acceptable",
        "Not sent: this file is end-to-end encrypted, and who reads the mail could not open it. Turn encryption off for this contact and send the file again.");

    public static StanzaError FileNotOnTheWeb { get; } = new(
        StanzaErrorType.Modify,
        "not-acceptable",
        "Not sent: the mail gateway cannot fetch this file. Let your client upload it to your server (HTTP upload) and send it again.");

    public static StanzaError GroupChat { get; } = new(
        StanzaErrorType.Modify, "not-acceptable", "Not sent: a mail contact is no group chat. Write to it as to a person.");

    public static StanzaError SelfDestructing { get; } = new(
        StanzaErrorType.Modify, "not-acceptable", "Not sent: a mail cannot be made to vanish after a time. Send it as an ordinary message.");

    public static StanzaError TooLong { get; } = new(
        StanzaErrorType.Modify, "policy-violation", "Not sent: this message is too long. Send it in parts.");

    public static StanzaError Reaction { get; } = new(
        StanzaErrorType.Modify, "not-acceptable", "Not sent: this contact's mail program may not show reactions. Write an answer instead.");

    public static StanzaError ReactionTakenBack { get; } = new(
        StanzaErrorType.Modify, "not-acceptable", "Not taken back: a reaction that has gone by mail stays. Write a message to set things right.");

    public static StanzaError ReactionToUnknown { get; } = new(
        StanzaErrorType.Modify, "item-not-found", "Not sent: the message that you react to is no mail that this contact has. Write an answer instead.");

    public static StanzaError Retraction { get; } = new(
        StanzaErrorType.Cancel, "not-allowed", "Not retracted: the mail cannot be called back. Write another message to set things right.");

    /// <summary>With <c>*</c> in <c>Xmpp:Users</c> absent, for users of other servers.</summary>
    public static StanzaError NotPermitted { get; } = new(
        StanzaErrorType.Auth, "forbidden", "Not sent: your XMPP server may not send mail through this gateway. Ask its administrator.");

    /// <summary>A contact that is a user of ours: no mail is needed.</summary>
    public static StanzaError OwnDomain(Jid user) => new(
        StanzaErrorType.Modify, "redirect", $"Not sent: this address is the chat address {user.Bare}. Write to it directly.")
    {
        Uri = user.ToUri(),
    };

    /// <summary>Among those that a mail is to go to.</summary>
    public static StanzaError ChatAddress(Jid user) => new(
        StanzaErrorType.Auth, "forbidden", $"Not sent: {user.Bare} is a chat address, and this is the mail gateway. Leave it out here, and write to it directly.");

    /// <summary>An operator dropped the mail from the queue.</summary>
    public static StanzaError Dropped { get; } = new(
        StanzaErrorType.Cancel, "policy-violation", "Not sent: the administrator of the mail gateway has stopped this mail.");

    /// <summary>Written to the gateway itself.</summary>
    public static StanzaError NoRecipient(Jid gateway) => new(
        StanzaErrorType.Modify, "not-acceptable", $"Not sent: this is the mail gateway itself. To write to bob@mail.example, send your message to bob%mail.example@{gateway.Domain}, or begin it here with a line such as \"To: bob@mail.example\".");

    public static StanzaError TooManyAtOnce(int limit) => new(
        StanzaErrorType.Modify, "not-acceptable", $"Not sent: a message may go to {limit} people at most. Write to some of them at a time.");

    public static StanzaError TooManyFiles(int limit) => new(
        StanzaErrorType.Modify, "not-acceptable", $"Not sent: a mail may have {limit} files at most. Send some of them at a time.");

    public static StanzaError TooFast(TimeSpan wait) => new(
        StanzaErrorType.Wait, "resource-constraint", $"Not sent: too many messages in a short time. Try again in {Spoken(wait)}.");

    /// <summary>A user's program and a correspondent's answer each other without end.</summary>
    public static StanzaError PingPong { get; } = new(
        StanzaErrorType.Wait, "resource-constraint", "Not sent: you and this address answer each other too fast, as machines do. Try again in an hour.");

    /// <summary>A message of ours that came back as it was.</summary>
    public static StanzaError PassedOn { get; } = new(
        StanzaErrorType.Cancel, "policy-violation", "Not sent: this message came from the mail gateway and was passed on as it was. Write it anew to send it on.");

    public static StanzaError TooMany(TimeSpan wait) => new(
        StanzaErrorType.Wait, "resource-constraint", $"Not sent: you have written to as many addresses as you may in a day. Try again in {Spoken(wait)}.");

    public static StanzaError BadAddress(string why) => new(StanzaErrorType.Modify, "jid-malformed", why);

    private static string Spoken(TimeSpan wait) => wait switch
    {
        { TotalSeconds: <= 90 } => Counted(wait.TotalSeconds, "second"),
        { TotalMinutes: <= 90 } => Counted(wait.TotalMinutes, "minute"),
        _ => Counted(wait.TotalHours, "hour"),
    };

    private static string Counted(double amount, string unit) =>
        Math.Max(1, Math.Ceiling(amount)) is var n && n == 1 ? $"1 {unit}" : $"{n} {unit}s";
}
