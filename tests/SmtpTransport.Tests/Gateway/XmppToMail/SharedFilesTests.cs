using System.Security.Cryptography;
using System.Xml.Linq;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.XmppToMail;

/// <summary>Files in messages: XEP-0066, XEP-0447 and XEP-0385.</summary>
internal sealed class SharedFilesTests
{
    private const string Url = "https://upload.example.org/1/photo.jpg";
    private static readonly string Hash = Convert.ToBase64String(SHA256.HashData("x"u8));

    private static string Oob(string url = Url, string more = "") => $"<x xmlns='jabber:x:oob'><url>{url}</url>{more}</x>";

    private static string Sfs(string url = Url, string sources = "", string about = "") =>
        $"""
        <file-sharing xmlns='urn:xmpp:sfs:0' disposition='inline'>
          <file xmlns='urn:xmpp:file:metadata:0'><media-type>image/jpeg</media-type><name>Summer.jpg</name><size>3032449</size>
            <hash xmlns='urn:xmpp:hashes:2' algo='sha3-256'>xyz</hash><hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>{Hash}</hash>{about}</file>
          <sources>{(url.Length > 0 ? $"<url-data xmlns='http://jabber.org/protocol/url-data' target='{url}'/>" : "")}{sources}</sources>
        </file-sharing>
        """;

    private static string Sims(string url = Url) =>
        $"""
        <reference xmlns='urn:xmpp:reference:0' begin='0' end='38' type='data'><media-sharing xmlns='urn:xmpp:sims:1'>
          <file xmlns='urn:xmpp:jingle:apps:file-transfer:5'><media-type>image/jpeg</media-type><name>Summer.jpg</name><size>3032449</size>
            <hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>{Hash}</hash></file>
          <sources><reference xmlns='urn:xmpp:reference:0' type='data' uri='{url}'/></sources></media-sharing></reference>
        """;

    private static MessageReading Read(string children) => MessageReader.Read(Stanza.Parse(XElement.Parse($"""
        <message xmlns='jabber:client' from='alice@example.org/phone' to='bob%mail.test@smtp.example' type='chat' id='s1'>{children}</message>
        """))!, DateTimeOffset.UnixEpoch);

    private static DraftLine Line(string children)
    {
        var reading = Read(children);
        Assert.That(reading, Is.TypeOf<MessageReading.Line>());
        return ((MessageReading.Line)reading).Draft;
    }

    [Test]
    public void A_link_that_is_the_whole_message_is_a_file()
    {
        var line = Line($"<body>{Url}</body>{Oob()}");

        Assert.That((line.Body, line.Files.Single()), Is.EqualTo(("", new SharedFile(Url))));
    }

    [TestCase("Look at this", "<desc>A photo</desc>")]
    [TestCase("Look at this", "")]
    [TestCase("Look at this\n" + Url, "")]
    [TestCase(" " + Url + "\nLook at this", "")]
    public void A_link_apart_from_the_text_is_a_file_beside_it(string body, string more)
    {
        var line = Line($"<body>{body}</body>{Oob(more: more)}");

        Assert.That((line.Body, line.Files.Single().Url), Is.EqualTo(("Look at this", Url)));
    }

    [Test]
    public void A_link_within_a_sentence_is_a_link_and_stays()
    {
        var line = Line($"<body>Look at {Url} here</body>{Oob()}");

        Assert.That((line.Body, line.Files.Count), Is.EqualTo(($"Look at {Url} here", 0)));
    }

    [Test]
    public void Words_about_encrypted_links_are_words() =>
        Assert.That(Line("<body>What does aesgcm:// mean? And myaesgcm://x?</body>").Body, Does.StartWith("What"));

    [TestCase("<body>xmpp:room@example.org</body>", "xmpp:room@example.org")]
    [TestCase("<body>ftp://example.org/x</body>", "ftp://example.org/x")]
    [TestCase("<body>javascript:alert(1)</body>", "javascript:alert(1)")]
    public void What_is_not_on_the_web_is_text(string body, string url) =>
        Assert.That((Line(body + Oob(url)).Body, Line(body + Oob(url)).Files.Count), Is.EqualTo((url, 0)));

    [Test]
    public void All_that_a_client_says_of_a_file_is_kept()
    {
        var expected = new SharedFile(Url) { Name = "Summer.jpg", MediaType = "image/jpeg", Size = 3_032_449, Sha256 = Hash };

        Assert.Multiple(() =>
        {
            Assert.That(Line($"<body>{Url}</body>" + Sfs()).Files.Single(), Is.EqualTo(expected));
            Assert.That(Line($"<body>{Url}</body>" + Sims()).Files.Single(), Is.EqualTo(expected));
            Assert.That(Line(Sfs()).Files.Single(), Is.EqualTo(expected), "without a body");
            Assert.That(Line($"<body>{Url}</body>" + Oob() + Sims() + Sfs()).Files.Single(), Is.EqualTo(expected), "said three times");
        });
    }

    [Test]
    public void What_stands_there_for_clients_that_know_no_files_is_no_text()
    {
        var whole = Line($"<body>File: {Url}</body>{Sfs()}<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:sfs:0'><body/></fallback>");
        var part = Line($"<body>Look 😀 {Url}</body>{Sfs()}{Oob()}<fallback xmlns='urn:xmpp:fallback:0' for='jabber:x:oob'><body start='6' end='45'/></fallback>");

        Assert.That((whole.Body, part.Body), Is.EqualTo(("", "Look 😀")));
    }

    [Test]
    public void Several_files_come_in_their_order_and_their_links_are_no_text()
    {
        var line = Line($"<body>{Url}\nhttps://upload.example.org/2/b.png</body>" + Sfs() + Sfs("https://upload.example.org/2/b.png"));

        Assert.That((line.Body, line.Files[0].Url, line.Files[1].Url), Is.EqualTo(("", Url, "https://upload.example.org/2/b.png")));
    }

    [Test]
    public void A_hash_that_is_none_is_not_relied_on() =>
        Assert.That(Line(Sfs().Replace(Hash, "bm90IGEgaGFzaA==", StringComparison.Ordinal)).Files.Single().Sha256, Is.Null);

    [Test]
    public void Names_and_types_are_lines_of_their_own()
    {
        var file = Line($"""
            <file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'><name>a&#10;Bcc: x@y.test &#x202E;gpj.exe</name><media-type>image/png&#13;&#10;X: y</media-type></file>
            <sources><url-data xmlns='http://jabber.org/protocol/url-data' target='{Url}'/></sources></file-sharing>
            """).Files.Single();

        Assert.That((file.Name, file.MediaType), Is.EqualTo(("a Bcc: x@y.test gpj.exe", "image/png X: y")));
    }

    [TestCaseSource(nameof(EncryptedFiles))]
    public void An_encrypted_file_is_refused_with_an_explanation(string children)
    {
        var error = ((MessageReading.Refused)Read(children)).Error;

        Assert.That((error.Condition, error.Type), Is.EqualTo(("not-acceptable", StanzaErrorType.Modify)));
        Assert.That(error.Text, Does.Contain("encrypted").And.Contain("Turn encryption off"));
    }

    [Test]
    public void An_encrypted_copy_beside_a_plain_one_does_no_harm() =>
        Assert.That(Line(Sfs(sources: Encrypted)).Files.Single().Url, Is.EqualTo(Url));

    [TestCase("<jinglepub xmlns='urn:xmpp:jinglepub:1' from='alice@example.org/phone' id='1'/>")]
    [TestCase("<url-data xmlns='http://jabber.org/protocol/url-data' target='ftp://example.org/x'/>")]
    [TestCase("")]
    public void A_file_that_is_not_on_the_web_is_refused_with_the_cure(string source)
    {
        var error = ((MessageReading.Refused)Read($"<body>A file</body>{Sfs("", source)}")).Error;

        Assert.That((error.Condition, error.Text), Is.EqualTo(("not-acceptable", "Not sent: the mail gateway cannot fetch this file. Let your client upload it to your server (HTTP upload) and send it again.")));
    }

    [Test]
    public void More_files_than_a_mail_may_have_are_refused()
    {
        var files = string.Concat(Enumerable.Range(0, 21).Select(n => Sfs($"https://upload.example.org/{n}")));

        Assert.That(((MessageReading.Refused)Read(files)).Error.Text, Does.Contain("20 files"));
        Assert.That(Line(string.Concat(Enumerable.Range(0, 20).Select(n => Sfs($"https://upload.example.org/{n}")))).Files, Has.Count.EqualTo(20));
    }

    private const string Encrypted =
        "<encrypted xmlns='urn:xmpp:esfs:0' cipher='urn:xmpp:ciphers:aes-256-gcm-nopadding:0'><key>k</key><iv>i</iv>"
        + "<sources xmlns='urn:xmpp:sfs:0'><url-data xmlns='http://jabber.org/protocol/url-data' target='https://upload.example.org/e'/></sources></encrypted>";

    private static IEnumerable<string> EncryptedFiles =>
    [
        "<body>aesgcm://upload.example.org/x.jpg#0011</body>",
        "<body>aesgcm://upload.example.org/x.jpg#0011\ndata:image/jpeg,AAAA</body>",
        "<body>See it: aesgcm://upload.example.org/x.jpg#0011</body>",
        "<body>See it\n(aesgcm://upload.example.org/x.jpg#0011)</body>",
        "<body>See it</body>" + Oob("aesgcm://upload.example.org/x.jpg#0011"),
        "<body>AESGCM://upload.example.org/x.jpg#0011</body>" + Oob("AESGCM://upload.example.org/x.jpg#0011"),
        "<body>See it</body>" + Sfs("aesgcm://upload.example.org/x.jpg#0011"),
        "<body>See it</body>" + Sims("aesgcm://upload.example.org/x.jpg#0011"),
        "<body>See it</body>" + Sfs("", Encrypted),
    ];
}
