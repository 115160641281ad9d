using SmtpTransport.Mail.Delivery;

namespace SmtpTransport.Tests.Host.Configuration;

internal sealed class SecretFileTests
{
    private string file = "";

    [SetUp]
    public void CreateFile() => file = Path.Combine(TestContext.CurrentContext.WorkDirectory, Path.GetRandomFileName());

    [TearDown]
    public void DeleteFile() => File.Delete(file);

    [TestCase("s3cr3t", "s3cr3t")]
    [TestCase("s3cr3t\n", "s3cr3t")]
    [TestCase("s3cr3t\r\n", "s3cr3t")]
    [TestCase(" s3cr3t \n", " s3cr3t ")]
    public void A_trailing_newline_is_not_part_of_the_secret(string content, string secret)
    {
        File.WriteAllText(file, content);

        Assert.That(Fixture.Valid(Fixture.ReadFile($$"""
            { "Xmpp": { "Domain": "smtp.example.org", "SecretFile": "{{file}}" } }
            """)).Component.Secret, Is.EqualTo(secret));
    }

    [Test]
    public void Spaces_are_part_of_a_secret() =>
        Assert.That(Fixture.Valid(Fixture.ReadFile("""{ "Xmpp": { "Domain": "smtp.example.org", "Secret": " a b " } }""")).Component.Secret, Is.EqualTo(" a b "));

    [TestCase("\"Xmpp\": { \"Domain\": \"smtp.example.org\", \"Secret\": \"x\", \"SecretFile\": \"FILE\" }", "Xmpp:Secret and Xmpp:SecretFile are both given")]
    [TestCase(Fixture.Minimal + ", \"Delivery\": { \"Relay\": \"smtp://relay.example\", \"RelayFile\": \"FILE\" }", "Delivery:Relay and Delivery:RelayFile are both given")]
    [TestCase(Fixture.Minimal + ", \"Storage\": \"Data Source=x.db\", \"StorageFile\": \"FILE\"", "Storage and StorageFile are both given")]
    public void Both_twins_are_a_fault(string sections, string expected)
    {
        File.WriteAllText(file, "x");

        Assert.That(Fixture.Faults(Fixture.ReadFile("{" + sections.Replace("FILE", file, StringComparison.Ordinal) + "}")),
            Has.Count.EqualTo(1).And.All.StartsWith(expected));
    }

    [Test]
    public void Twins_hold_what_their_keys_hold()
    {
        File.WriteAllText(file, "smtps://us%40er:pa%3Ass@relay.example:4650\n");
        var configuration = Fixture.Valid($$"""
            "Delivery": { "RelayFile": "{{file}}" }
            """);

        Assert.That(configuration.Delivery.Relay, Is.EqualTo(new RelayOptions("relay.example", 4650, true, "us@er", "pa:ss")));
    }

    [Test]
    public void A_password_may_hold_colons() =>
        Assert.That(Fixture.Valid("""
            "Delivery": { "Relay": "smtp://user:pa:s:s@relay.example" }
            """).Delivery.Relay!.Password, Is.EqualTo("pa:s:s"));

    [Test]
    public void A_storage_file_with_postgresql_is_a_fault_too()
    {
        File.WriteAllText(file, "Host=db;Password=hush\n");

        Assert.That(Fixture.Faults($$"""
            "StorageFile": "{{file}}"
            """), Has.Count.EqualTo(1).And.All.Contains("PostgreSQL comes later").And.None.Contains("hush"));
    }

    [Test]
    public void A_file_that_cannot_be_read_is_a_fault() =>
        Assert.That(Fixture.Faults(Fixture.ReadFile("""{ "Xmpp": { "Domain": "smtp.example.org", "SecretFile": "/nowhere/secret" } }""")),
            Has.Count.EqualTo(1).And.All.StartsWith("Xmpp:SecretFile names a file that cannot be read"));

    [TestCase("smtp://relay.example", 25, false)]
    [TestCase("smtps://relay.example", 465, true)]
    [TestCase("smtp://relay.example:587/", 587, false)]
    [TestCase("smtp://[::1]:2525", 2525, false)]
    public void A_relay_has_a_port_of_its_own_kind(string relay, int port, bool implicitTls)
    {
        var read = Fixture.Valid($$"""
            "Delivery": { "Relay": "{{relay}}" }
            """).Delivery.Relay;

        Assert.That((read!.Port, read.ImplicitTls, read.User), Is.EqualTo((port, implicitTls, (string?)null)));
    }
}
