using System.CommandLine;
using SmtpTransport.Host.Configuration;
using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Host.Commands;

/// <summary>The program's commands and exit codes: 0 ok, 1 something is wrong, 2 bad usage or configuration.</summary>
/// <param name="build">Wires the program for a configuration, without starting it.</param>
internal sealed class CommandLine(Func<GatewayConfiguration, WebApplication> build, TextWriter output, TextWriter error)
{
    private readonly Option<string?> config = new("--config")
    {
        Description = $"The configuration file; default {ConfigurationSource.DefaultFile}.",
        HelpName = "FILE",
        Recursive = true,
    };

    public async Task<int> InvokeAsync(string[] args)
    {
        var parsed = Root().Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var fault in parsed.Errors)
                await error.WriteLineAsync(fault.Message);
            await error.WriteLineAsync("smtp-transport --help shows what there is.");
            return ExitCode.BadUsage;
        }

        // Signals are the host's: it lets running transactions finish first.
        var invocation = new InvocationConfiguration { Output = output, Error = error, ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
        return await parsed.InvokeAsync(invocation);
    }

    private RootCommand Root()
    {
        var address = new Argument<string>("ADDR") { Description = "A JID or a mail address." };
        var root = new RootCommand("A gateway between e-mail and XMPP.")
        {
            config,
            Command("run", "Runs the gateway (what happens without a command, too).", new RunCommand(build).RunAsync),
            Command("check", "Checks configuration, certificate, DNS records and the component link.", new CheckCommand(configuration => new DnsResolver(configuration.Dns), output).RunAsync),
            Command("address", "Shows what an address is called on the other network.", address, new AddressCommand(build, output, error).RunAsync),
            Queue(new QueueCommand(build, output, error)),
        };
        SetAction(root, new RunCommand(build).RunAsync);
        return root;
    }

    private Command Queue(QueueCommand queue)
    {
        var options = new QueueOptions();
        var json = new Option<bool>("--json") { Description = "As JSON." };
        QueueFormat Format(ParseResult parsed) => parsed.GetValue(json) ? QueueFormat.Json : QueueFormat.Table;
        var list = options.Filtered("list", "Lists the mails that wait.");
        list.Options.Add(json);
        SetAction(list, (parsed, configuration, cancellation) => queue.ListAsync(configuration, options.Filter(parsed), Format(parsed), cancellation));
        var id = new Argument<string>("ID") { Description = "The mail's id, as list, the log and the 250 have it." };
        var show = new Command("show", "Shows one mail with its recipients, and what happened to it so far.") { id, json };
        SetAction(show, (parsed, configuration, cancellation) => queue.ShowAsync(configuration, parsed.GetRequiredValue(id), Format(parsed), cancellation));
        var retry = options.Chosen("retry", "Tries a mail again now, or all of a kind.");
        SetAction(retry, (parsed, configuration, cancellation) => queue.RetryAsync(configuration, options.Choice(parsed), cancellation));
        var drop = options.Chosen("drop", "Gives a mail up, or all of a kind; the sender is told.");
        SetAction(drop, (parsed, configuration, cancellation) => queue.DropAsync(configuration, options.Choice(parsed), cancellation));
        return new Command("queue", "Shows and steers the mails that wait, beside a running gateway too.") { list, show, retry, drop };
    }

    private Command Command(string name, string description, Func<GatewayConfiguration, CancellationToken, Task<int>> action)
    {
        var command = new Command(name, description);
        SetAction(command, action);
        return command;
    }

    private Command Command(string name, string description, Argument<string> argument, Func<GatewayConfiguration, string, CancellationToken, Task<int>> action)
    {
        var command = new Command(name, description) { argument };
        SetAction(command, (parsed, configuration, cancellation) => action(configuration, parsed.GetRequiredValue(argument), cancellation));
        return command;
    }

    private void SetAction(Command command, Func<GatewayConfiguration, CancellationToken, Task<int>> action) =>
        SetAction(command, (_, configuration, cancellation) => action(configuration, cancellation));

    private void SetAction(Command command, Func<ParseResult, GatewayConfiguration, CancellationToken, Task<int>> action) =>
        command.SetAction((parsed, cancellation) => WithConfiguration(parsed, configuration => action(parsed, configuration, cancellation)));

    private async Task<int> WithConfiguration(ParseResult parsed, Func<GatewayConfiguration, Task<int>> action)
    {
        var file = parsed.GetValue(config);
        switch (ConfigurationSource.Read(file, Environment.GetEnvironmentVariables()))
        {
            case ConfigurationResult.Valid(var configuration):
                return await RunAsync(configuration, action);
            case ConfigurationResult.Faulty(var faults):
                await error.WriteLineAsync($"The configuration ({ConfigurationSource.Describe(file)}) has {(faults.Count == 1 ? "a fault" : $"{faults.Count} faults")}:");
                foreach (var fault in faults)
                    await error.WriteLineAsync($"  {fault}");
                return ExitCode.BadUsage;
            default:
                throw new InvalidOperationException("A configuration is valid or faulty.");
        }
    }

    private async Task<int> RunAsync(GatewayConfiguration configuration, Func<GatewayConfiguration, Task<int>> action)
    {
        try
        {
            return await action(configuration);
        }
        catch (Exception fault) when (StartFault.Explain(fault) is not null)
        {
            await error.WriteLineAsync(StartFault.Explain(fault));
            return ExitCode.Wrong;
        }
    }
}
