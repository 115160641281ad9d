namespace SmtpTransport.Tests.Host.Configuration;

internal sealed class ConfigurationFaultsTests
{
    [TestCase("""{ "Smtp": { "Lisen": ["0.0.0.0:25"] } }""", "Smtp:Lisen:0 is no key of this program. Did you mean Smtp:Listen?")]
    [TestCase("""{ "Zebra": 1 }""", "Zebra is no key of this program. Remove it; docs/configuration.md lists the keys")]
    [TestCase("""{ "Zebra": {} }""", "Zebra is no key")]
    [TestCase("""{ "Smtp": 5 }""", "Smtp is a section, not a value")]
    [TestCase("""{ "Smtp": { "Hostname": ["a.example"] } }""", "Smtp:Hostname:0 is no key")]
    [TestCase("""{ "Smtp": { "Hostname": "no domain" } }""", "Smtp:Hostname is \"no domain\". Write a domain")]
    [TestCase("""{ "Smtp": { "Hostname": "192.0.2.1" } }""", "Smtp:Hostname is \"192.0.2.1\"")]
    [TestCase("""{ "Smtp": { "Listen": "0.0.0.0:25" } }""", "Smtp:Listen is not a list")]
    [TestCase("""{ "Smtp": { "Listen": [] } }""", "Smtp:Listen is empty")]
    [TestCase("""{ "Smtp": { "Listen": ["25"] } }""", "Smtp:Listen:0 is \"25\"")]
    [TestCase("""{ "Smtp": { "Listen": ["0.0.0.0:70000"] } }""", "Smtp:Listen:0 is")]
    [TestCase("""{ "Smtp": { "Listen": ["::1:25"] } }""", "Smtp:Listen:0 is")]
    [TestCase("""{ "Smtp": { "Listen": ["127.0.0.1:8025"] } }""", "Web:Listen has 127.0.0.1:8025 twice")]
    [TestCase("""{ "Smtp": { "MaxMessageSize": "25 MB" } }""", "Smtp:MaxMessageSize is \"25 MB\". Write a number of octets")]
    [TestCase("""{ "Smtp": { "MaxConnections": 0 } }""", "Smtp:MaxConnections is \"0\"")]
    [TestCase("""{ "Smtp": { "IdleTimeout": 300 } }""", "Smtp:IdleTimeout is \"300\". Write a time")]
    [TestCase("""{ "Smtp": { "DataTimeout": "0" } }""", "Smtp:DataTimeout is \"0\"")]
    [TestCase("""{ "Smtp": { "Proxies": ["10.0.0.1/33"] } }""", "Smtp:Proxies:0 is \"10.0.0.1/33\"")]
    [TestCase("""{ "Smtp": { "Certificate": "/nowhere.pem" } }""", "Smtp:Certificate cannot be used")]
    [TestCase("""{ "Smtp": { "CertificateKey": "/nowhere.pem" } }""", "Smtp:CertificateKey is given without")]
    [TestCase("""{ "Xmpp": { "Server": "localhost" } }""", "Xmpp:Server is \"localhost\". Write host:port")]
    [TestCase("""{ "Xmpp": { "Users": [] } }""", "Xmpp:Users is empty")]
    [TestCase("""{ "Xmpp": { "Users": ["smtp.example.org"] } }""", "Xmpp:Users holds Xmpp:Domain itself")]
    [TestCase("""{ "Xmpp": { "LocalDomains": ["*"] } }""", "Xmpp:LocalDomains:0 is \"*\"")]
    [TestCase("""{ "Xmpp": { "ReconnectGrace": "24:00:00" } }""", "Xmpp:ReconnectGrace is \"24:00:00\"")]
    [TestCase("""{ "Xmpp": { "VerdictTimeout": "00:05" } }""", "Xmpp:VerdictTimeout is \"00:05\"")]
    [TestCase("""{ "Mail": { "Domains": { "smtp.example.org": "example.org" } } }""", "Mail:Domains:smtp.example.org is Xmpp:Domain itself")]
    [TestCase("""{ "Mail": { "Domains": { "example.org": "a b" } } }""", "Mail:Domains:example.org is \"a b\"")]
    [TestCase("""{ "Mail": { "Domains": ["example.org"] } }""", "Mail:Domains:0 is no key for this map")]
    [TestCase("""{ "Inbound": { "Dmarc": "maybe" } }""", "Inbound:Dmarc is \"maybe\". Write one of: enforce, mark, off")]
    [TestCase("""{ "Inbound": { "Rspamd": "localhost:11333" } }""", "Inbound:Rspamd is")]
    [TestCase("""{ "Delivery": { "Port": 0 } }""", "Delivery:Port is \"0\"")]
    [TestCase("""{ "Delivery": { "HoldFor": 10 } }""", "Delivery:HoldFor is \"10\"")]
    [TestCase("""{ "Delivery": { "RetryAfter": ["15"] } }""", "Delivery:RetryAfter:0 is \"15\"")]
    [TestCase("""{ "Delivery": { "RetryAfter": ["00:00"] } }""", "Delivery:RetryAfter:0 is \"00:00\"")]
    [TestCase("""{ "Delivery": { "RetryAfter": [] } }""", "Delivery:RetryAfter is empty")]
    [TestCase("""{ "Delivery": { "GiveUpAfter": "0" } }""", "Delivery:GiveUpAfter is \"0\"")]
    [TestCase("""{ "Delivery": { "AllowPrivateAddresses": "yes" } }""", "Delivery:AllowPrivateAddresses is \"yes\". Write true or false")]
    [TestCase("""{ "Delivery": { "Burst": -1 } }""", "Delivery:Burst is \"-1\"")]
    [TestCase("""{ "Delivery": { "Dkim": { "Selector": "s" } } }""", "Delivery:Dkim:KeyFile cannot be read")]
    [TestCase("""{ "Delivery": { "Dkim": "s" } }""", "Delivery:Dkim is not understood")]
    [TestCase("""{ "Tls": { "TrustedCertificates": "/nowhere.pem" } }""", "Tls:TrustedCertificates cannot be used")]
    [TestCase("""{ "Dns": { "Servers": ["resolver"] } }""", "Dns:Servers:0 is \"resolver\"")]
    [TestCase("""{ "Dns": { "TrustAd": "maybe" } }""", "Dns:TrustAd is \"maybe\"")]
    [TestCase("""{ "Storage": "Host=db;Password=hush" }""", "Storage names a PostgreSQL server: PostgreSQL comes later, use Data Source=...")]
    [TestCase("""{ "Storage": "Data Source=:memory:" }""", "Storage names no file")]
    [TestCase("""{ "Storage": "Nonsense=1" }""", "Storage is no SQLite connection string")]
    [TestCase("""{ "Files": { "Via": "fax" } }""", "Files:Via is \"fax\"")]
    [TestCase("""{ "Web": { "Listen": "8025" } }""", "Web:Listen is \"8025\"")]
    [TestCase("""{ "Web": { "PublicUrl": "mail.example.org" } }""", "Web:PublicUrl is")]
    [TestCase("""{ "Admins": ["example.org"] }""", "Admins:0 is \"example.org\". Write a JID")]
    [TestCase("""{ "Logging": { "LogLevel": { "Default": "Chatty" } } }""", "Logging:LogLevel:Default is \"Chatty\"")]
    [TestCase("""{ "Logging": { "LogLevel": "Debug" } }""", "Logging:LogLevel is a section, not a value")]
    [TestCase("""{ "Logging": "Debug" }""", "Logging is a section, not a value")]
    public void A_fault_names_its_key_and_the_cure(string json, string expected)
    {
        var faults = Fixture.Faults(Fixture.ReadFile(json,
            ("SMTPTRANSPORT_Xmpp__Domain", "smtp.example.org"), ("SMTPTRANSPORT_Xmpp__Secret", "x")));

        Assert.That(faults, Has.Count.EqualTo(1).And.Exactly(1).StartsWith(expected));
    }

    [Test]
    public void All_faults_are_reported_together() =>
        Assert.That(
            Fixture.Faults(Fixture.ReadFile("""{ "Smtp": { "Listen": ["x", "y"] }, "Delivery": { "HoldFor": 5, "Color": "red" } }""")).Select(fault => fault.Split(' ')[0]),
            Is.EquivalentTo(new[] { "Xmpp:Domain", "Xmpp:Secret", "Smtp:Listen:0", "Smtp:Listen:1", "Delivery:HoldFor", "Delivery:Color" }));

    [Test]
    public void Broken_json_is_located() =>
        Assert.That(Fixture.Faults(Fixture.ReadFile("{\n  \"Xmpp\": {\n    \"Domain\" \"x\"\n  }\n}")),
            Has.Exactly(1).Contains("is not valid JSON at line 3, column 14"));

    [Test]
    public void A_key_written_twice_is_refused() =>
        Assert.That(Fixture.Faults(Fixture.ReadFile("""{ "Storage": "a", "Storage": "b" }""")), Has.Exactly(1).Contains("is not valid JSON"));

    [TestCase("hush-hush://x")]
    [TestCase("smtp://user:hush-hush@")]
    [TestCase("smtp://hush-hush@relay.example")]
    [TestCase("smtp://user:hush-hush@relay.example/path")]
    public void A_relay_is_never_repeated(string relay) =>
        Assert.That(Fixture.Faults($$"""
            "Delivery": { "Relay": "{{relay}}" }
            """), Has.Count.EqualTo(1).And.All.StartsWith("Delivery:Relay cannot be used").And.None.Contains("hush"));

    [Test]
    public void A_password_under_a_wrong_key_is_never_repeated() =>
        Assert.That(Fixture.Faults("""
            "Xmp": { "Secret": "hush-hush" }, "Secret": "hush-hush", "Storage": "Host=db;Password=hush-hush"
            """, ("SMTPTRANSPORT_Xmpp_Secret", "hush-hush")), Has.Count.EqualTo(4).And.None.Contains("hush-hush"));
}
