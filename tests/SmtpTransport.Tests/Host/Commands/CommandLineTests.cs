using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using SmtpTransport.Gateway.Storage;
using SmtpTransport.Host;
using SmtpTransport.Host.Commands;
using SmtpTransport.Host.Configuration;

namespace SmtpTransport.Tests.Host.Commands;

/// <summary>The real entry point, with the whole program behind it and a database of its own.</summary>
internal sealed class CommandLineTests
{
    private string folder = "";
    private string config = "";
    private StringWriter output = null!;
    private StringWriter error = null!;

    [SetUp]
    public void Configure()
    {
        folder = Directory.CreateTempSubdirectory("smtp-transport-").FullName;
        config = Path.Combine(folder, "gateway.json");
        (output, error) = (new StringWriter(), new StringWriter());
        Write("127.0.0.1:0");
    }

    [TearDown]
    public void Remove()
    {
        Directory.Delete(folder, recursive: true);
        output.Dispose();
        error.Dispose();
    }

    [TestCase("alice@example.org", "alice@example.org")]
    [TestCase("bob%mail.test@smtp.example.org", "bob@mail.test")]
    [TestCase(@"bob\40mail.test@smtp.example.org", "bob@mail.test")]
    [TestCase("bob@mail.test", "bob%mail.test@smtp.example.org")]
    [TestCase("alice%example.org@smtp.example.org", "alice@example.org")]
    [TestCase("alice@example.net", "alice%example.net@smtp.example.org")]
    [TestCase("alice@brand.test", "alice@example.org")]
    public async Task Address_says_what_it_is_called_on_the_other_network(string address, string other)
    {
        Assert.That(await RunAsync("address", address), Is.Zero, error.ToString());
        Assert.That(output.ToString(), Is.EqualTo(other + Environment.NewLine));
    }

    [TestCase("nonsense")]
    [TestCase("smtp.example.org")]
    [TestCase("alice@smtp.example.org")]
    public async Task What_is_no_address_leaves_with_2(string text)
    {
        Assert.That(await RunAsync("address", text), Is.EqualTo(2));
        Assert.That(output.ToString(), Is.Empty);
        Assert.That(error.ToString(), Does.StartWith(text + ": "));
    }

    [Test]
    public async Task The_configuration_may_be_named_before_and_after_the_command()
    {
        var before = await new CommandLine(Program.Build, output, error).InvokeAsync(["--config", config, "queue", "list"]);
        var after = await new CommandLine(Program.Build, output, error).InvokeAsync(["queue", "list", "--config", config]);

        Assert.That((before, after), Is.EqualTo((0, 0)), error.ToString());
    }

    [Test]
    public async Task An_empty_queue_is_an_empty_array()
    {
        Assert.That(await RunAsync("queue", "list", "--json"), Is.Zero);
        Assert.That(output.ToString().Trim(), Is.EqualTo("[]"));
    }

    [TestCase("show")]
    [TestCase("retry")]
    [TestCase("drop")]
    public async Task A_mail_that_does_not_wait_leaves_with_1(string command)
    {
        Assert.That(await RunAsync("queue", command, "nobody"), Is.EqualTo(1));
        Assert.That(error.ToString(), Does.StartWith("No mail nobody waits"));
    }

    [TestCase("list", "--direction", "chat-to-mail", "--state", "held", "--to", "mail.test", "--from", "<>", "--older-than", "01:00")]
    [TestCase("list", "--older-than", "2.00:00:00", "--json")]
    public async Task The_queue_is_listed_by_kinds(params string[] arguments) =>
        Assert.That(await RunAsync(["queue", .. arguments]), Is.Zero, error.ToString());

    [Test]
    public async Task Nothing_of_a_kind_to_change_leaves_with_1()
    {
        Assert.That(await RunAsync("queue", "retry", "--to", "mail.test"), Is.EqualTo(1));
        Assert.That(error.ToString(), Does.StartWith("Nothing of this kind waits"));
    }

    [TestCase("queue", "retry")]
    [TestCase("queue", "drop")]
    [TestCase("queue", "drop", "01abc", "--to", "mail.test")]
    [TestCase("queue", "list", "--state", "happy")]
    [TestCase("queue", "list", "--direction", "up")]
    [TestCase("queue", "list", "--older-than", "5")]
    [TestCase("dance")]
    [TestCase("queue")]
    [TestCase("queue", "show")]
    [TestCase("address")]
    [TestCase("run", "--fast")]
    public async Task Bad_usage_leaves_with_2(params string[] arguments)
    {
        Assert.That(await RunAsync(arguments), Is.EqualTo(2));
        Assert.That(error.ToString(), Does.Contain("--help"));
    }

    [TestCase("--help")]
    [TestCase("--version")]
    public async Task Questions_about_the_program_leave_with_0(string option)
    {
        Assert.That(await new CommandLine(Program.Build, output, error).InvokeAsync([option]), Is.Zero);
        Assert.That(output.ToString(), Is.Not.Empty);
    }

    [TestCase("run")]
    [TestCase("check")]
    [TestCase("address", "a@b.test")]
    [TestCase("queue", "list")]
    public async Task Faults_in_the_configuration_leave_with_2(params string[] arguments)
    {
        await File.WriteAllTextAsync(config, """{ "Xmpp": { "Domain": "smtp.example.org", "Sceret": "x" }, "Delivery": { "HoldFor": 10 } }""");

        Assert.That(await RunAsync(arguments), Is.EqualTo(2));
        Assert.That(error.ToString(), Does.Contain("has 3 faults")
            .And.Contains("  Xmpp:Secret is missing").And.Contains("  Xmpp:Sceret is no key").And.Contains("  Delivery:HoldFor is \"10\""));
    }

    [Test]
    public async Task An_endpoint_that_cannot_be_had_leaves_with_1_and_the_cure()
    {
        // RFC 5737 §3: nobody's address.
        Write("192.0.2.1:2525");

        Assert.That(await RunAsync("run"), Is.EqualTo(1));
        Assert.That(error.ToString(), Does.StartWith("Cannot start: Failed to bind to 192.0.2.1:2525").And.Contains("change Smtp:Listen"));
    }

    [Test]
    public async Task A_database_that_cannot_be_opened_leaves_with_1_and_the_cure()
    {
        Write("127.0.0.1:0", "/nowhere/gateway.db");

        Assert.That(await RunAsync("queue", "list"), Is.EqualTo(1));
        Assert.That(error.ToString(), Does.StartWith("Cannot use the database").And.Contains("Storage names its file"));
    }

    [Test]
    public async Task A_database_that_another_gateway_uses_leaves_with_1_and_the_cure()
    {
        await using var other = Program.Build(((ConfigurationResult.Valid)ConfigurationSource.Read(config, new System.Collections.Hashtable())).Configuration);
        other.Services.GetRequiredService<StorageLock>().Take();

        Assert.That(await RunAsync("run"), Is.EqualTo(1));
        Assert.That(error.ToString(), Does.StartWith("Another gateway uses the database"));
    }

    [Test]
    public async Task A_database_of_a_newer_program_leaves_with_1_and_the_cure()
    {
        Assert.That(await RunAsync("queue", "list"), Is.Zero);
        await using (var database = new SqliteConnection($"Data Source={Path.Combine(folder, "gateway.db")};Pooling=False"))
        {
            await database.OpenAsync();
            await using var command = database.CreateCommand();
            command.CommandText = "PRAGMA user_version = 999";
            await command.ExecuteNonQueryAsync();
        }

        Assert.That(await RunAsync("queue", "list"), Is.EqualTo(1));
        Assert.That(error.ToString(), Does.StartWith("The database was made by a newer version"));
    }

    private Task<int> RunAsync(params string[] arguments) =>
        new CommandLine(Program.Build, output, error).InvokeAsync(["--config", config, .. arguments]);

    private void Write(string listen, string? database = null) => File.WriteAllText(config, $$"""
        {
          "Xmpp": { "Domain": "smtp.example.org", "Secret": "x", "Users": ["example.org", "example.net"] },
          "Mail": { "Domains": { "example.org": "example.org", "brand.test": "example.org" } },
          "Smtp": { "Listen": ["{{listen}}"], "Hostname": "mx.example.org" },
          "Web": { "Listen": "127.0.0.1:0" },
          "Storage": "Data Source={{database ?? Path.Combine(folder, "gateway.db")}};Pooling=False"
        }
        """);
}
