using System.CommandLine;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Host.Configuration;

namespace SmtpTransport.Host.Commands;

/// <summary>The words after <c>queue list</c>, <c>retry</c> and <c>drop</c> that say which mails are meant.</summary>
internal sealed class QueueOptions
{
    private readonly Option<string?> direction = new("--direction") { Description = "mail-to-chat or chat-to-mail." };
    private readonly Option<string?> state = new("--state") { Description = "held, waiting, sending, deferred or failed." };
    private readonly Option<string?> to = new("--to") { Description = "A recipient's address, or a domain.", HelpName = "ADDR" };
    private readonly Option<string?> from = new("--from") { Description = "The sender's address, a domain, or <> for a null sender.", HelpName = "ADDR" };
    private readonly Option<string?> olderThan = new("--older-than") { Description = "Taken longer ago than hh:mm, hh:mm:ss or d.hh:mm:ss.", HelpName = "TIME" };

    private readonly Argument<string?> id = new("ID")
    {
        Description = "The mail's id, as list shows it.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public QueueOptions()
    {
        direction.AcceptOnlyFromAmong("mail-to-chat", "chat-to-mail");
        state.AcceptOnlyFromAmong("held", "waiting", "sending", "deferred", "failed");
        olderThan.Validators.Add(given =>
        {
            if (!Forms.RetryPause.TryParse(given.GetValueOrDefault<string?>() ?? "", out _))
                given.AddError($"--older-than is no time. {Forms.RetryPause.Expected}.");
        });
    }

    /// <summary>A command for every mail, or those of a kind.</summary>
    public Command Filtered(string name, string description) => new(name, description) { direction, state, to, from, olderThan };

    /// <summary>A command for one mail, or all of a kind; never for all there are by mistake.</summary>
    public Command Chosen(string name, string description)
    {
        var command = Filtered(name, description);
        command.Arguments.Add(id);
        command.Validators.Add(given =>
        {
            var filters = command.Options.Count(option => given.GetResult(option) is not null);
            if ((given.GetValue(id) is null) == (filters == 0))
                given.AddError($"queue {name} wants an ID, or filters such as --to mail.test; not both.");
        });
        return command;
    }

    public QueueFilter Filter(ParseResult parsed) => new(
        parsed.GetValue(direction) switch { null => null, "mail-to-chat" => MailDirection.MailToChat, _ => MailDirection.ChatToMail },
        parsed.GetValue(state),
        parsed.GetValue(to),
        parsed.GetValue(from),
        parsed.GetValue(olderThan) is { } text && Forms.RetryPause.TryParse(text, out var age) ? age : null);

    public QueueChoice Choice(ParseResult parsed) => new(parsed.GetValue(id), Filter(parsed));
}
