using SmtpTransport.Gateway.Links;
using SmtpTransport.Gateway.Storage;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Tests.Gateway.MailToXmpp;

/// <summary>The link to the whole mail, from the session to the table.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MailLinkTests : IDisposable
{
    private const string Page = "Content-Type: text/html\n";

    private readonly ReceiverStage stage = new(links: new PublicLinkOptions { PublicUrl = new Uri("https://mail.example.org") });

    public void Dispose() => stage.Dispose();

    [Test]
    public async Task A_page_is_linked_and_its_link_is_good_with_the_250()
    {
        await stage.ReceiveAsync(TestContent.Mail(body: "<p>Hello", more: Page), "alice@example.org");

        var token = TokenIn(stage.Link.Sent.Single().Body!);
        Assert.That(new SqlLinks(stage.Store.Database.Current, stage.Time).Find(token)!.Part, Is.Zero);
    }

    [Test]
    public async Task Plain_text_has_none_and_leaves_no_row()
    {
        await stage.ReceiveAsync("alice@example.org");

        Assert.That(stage.Shown, Is.EqualTo(new[] { "alice@example.org: Plan\n\nHello" }));
        Assert.That(stage.Store.Database.Count("link"), Is.Zero);
    }

    [Test]
    public async Task A_retry_carries_the_same_link()
    {
        stage.Link.OnMessage = _ => FakeLink.Refusal(StanzaErrorType.Wait, "resource-constraint");
        await stage.ReceiveAsync(TestContent.Mail(body: "<p>Hello", more: Page), "alice@example.org");
        Assert.That((stage.Store.Database.Count("link"), stage.Store.Database.Count("body")), Is.EqualTo((0, 0)), "what is refused never touches the disk");
        stage.Link.OnMessage = _ => new DeliveryVerdict.Taken();

        await stage.ReceiveAsync(TestContent.Mail(body: "<p>Hello", more: Page), "alice@example.org");

        Assert.That(stage.Link.Sent.Select(stanza => TokenIn(stanza.Body!)).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_mail_that_goes_from_the_spool_has_its_link_too()
    {
        await stage.Store.AcceptAsync("mail1", "m1@mail.test", TestContent.Mail(body: "<p>Hello", more: Page), "alice@example.org");
        await stage.Spool.RecoverAsync();

        Assert.That(await stage.WorkAsync(), Is.EqualTo(1));

        Assert.That(new SqlLinks(stage.Store.Database.Current, stage.Time).Find(TokenIn(stage.Link.Sent.Single().Body!)), Is.Not.Null);
    }

    private static string TokenIn(string body)
    {
        var line = body.Split('\n').Single(line => line.StartsWith("Whole mail: https://mail.example.org/m/", StringComparison.Ordinal));
        return line[(line.LastIndexOf('/') + 1)..];
    }
}
