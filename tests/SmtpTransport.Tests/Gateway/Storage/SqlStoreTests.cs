using SmtpTransport.Gateway.Accounts;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Storage;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Delivery.MtaSts;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Gateway.Storage;

/// <summary>The small stores: each survives a restart.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SqlStoreTests : IDisposable
{
    private readonly SpoolStage stage = new();

    public void Dispose() => stage.Dispose();

    [Test]
    public void A_key_is_made_once_and_kept()
    {
        var key = new SqlSecrets(stage.Database.Current).Key("fingerprint");

        Assert.That((key.Length, new SqlSecrets(stage.Database.Reopen()).Key("fingerprint")), Is.EqualTo((32, key)));
        Assert.That(new SqlSecrets(stage.Database.Current).Key("other"), Is.Not.EqualTo(key));
    }

    [Test]
    public async Task A_policy_of_a_destination_is_kept_until_it_ends()
    {
        var now = stage.Time.GetUtcNow();
        var first = new StoredStsPolicy("1", "version: STSv1", now, now.AddDays(1));
        var second = new StoredStsPolicy("2", "mode: enforce", now.AddHours(1), now.AddDays(2));
        await new SqlStsPolicies(stage.Database.Current).StoreAsync("mail.test", first);
        await new SqlStsPolicies(stage.Database.Current).StoreAsync("mail.test", second);
        Assert.That(new SqlStsPolicies(stage.Database.Reopen()).Find("mail.test"), Is.EqualTo(second));
        Assert.That(new SqlStsPolicies(stage.Database.Current).Find("other.test"), Is.Null);

        await new SqlStsPolicies(stage.Database.Current).StoreAsync("other.test", first with { FetchedAt = now.AddDays(3), ExpiresAt = now.AddDays(4) });
        Assert.That(stage.Database.Count("sts_policy"), Is.EqualTo(1), "what has ended is gone");
    }

    [Test]
    public void An_alias_is_remembered()
    {
        new SqlAliases(stage.Database.Current).Remember("~abc", "a very long name");
        var aliases = new SqlAliases(stage.Database.Reopen());

        Assert.That((aliases.Find("~abc"), aliases.Find("~xyz")), Is.EqualTo(("a very long name", (string?)null)));
    }

    [Test]
    public async Task Preferences_are_kept_and_what_nobody_set_has_its_default()
    {
        var (alice, carol) = (Jid.Parse("alice@example.org/phone"), Jid.Parse("carol@example.org"));
        var asked = new AccountPreferences { TrimQuotes = true, XhtmlIm = true };

        await new SqlAccounts(stage.Database.Current).StoreAsync(alice, asked);
        var accounts = new SqlAccounts(stage.Database.Reopen());

        Assert.That((accounts.Preferences(alice.Bare), accounts.Preferences(carol)), Is.EqualTo((asked, AccountPreferences.Default)));
    }

    [Test]
    public async Task Preferences_written_by_another_version_are_read_as_far_as_they_are_known()
    {
        await stage.Database.Current.Writer.WriteAsync(session => session.Execute(
            "INSERT INTO account (jid, preferences) VALUES ($1, $2)", "alice@example.org", """{"TrimSignatures":true,"NotYetInvented":5}"""));

        Assert.That(
            new SqlAccounts(stage.Database.Current).Preferences(SpoolStage.Alice),
            Is.EqualTo(new AccountPreferences { TrimSignatures = true }));
    }

    [Test]
    public async Task Subscriptions_come_back_page_by_page()
    {
        var store = new SqlSubscriptions(stage.Database.Current);
        var contact = Jid.Parse("bob%mail.test@smtp.example");
        await Task.WhenAll(Enumerable.Range(0, 1100).Select(i => store.AddAsync(Jid.Parse($"u{i}@example.org"), contact, default)));
        await store.AddAsync(Jid.Parse("u1@example.org"), contact, default);
        await store.RemoveAsync(Jid.Parse("u2@example.org"), contact, default);

        var all = new List<Jid>();
        await foreach (var (user, _) in new SqlSubscriptions(stage.Database.Reopen()).AllAsync(default))
            all.Add(user);
        Assert.That((all.Count, all.Distinct().Count()), Is.EqualTo((1099, 1099)));
        store = new SqlSubscriptions(stage.Database.Current);
        Assert.That((store.Contains(Jid.Parse("u1@example.org"), contact), store.Contains(Jid.Parse("u2@example.org"), contact)), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task A_contact_is_known_from_both_sides()
    {
        var contacts = new SqlContacts(stage.Database.Current);
        Assert.That(contacts.Find(SpoolStage.Alice, SpoolStage.Bob), Is.Null);
        await stage.DraftAsync();
        Assert.That(contacts.Find(SpoolStage.Alice, SpoolStage.Bob), Is.EqualTo(new Contact("bob", ContactForm.Percent, "", Heard: false, Written: true)));

        await stage.Database.Current.Writer.WriteAsync(session => SqlContacts.Heard(session, "alice@example.org", EmailAddress.Parse("Bob@mail.test"), "Bob B.", 1));

        Assert.That(contacts.Find(SpoolStage.Alice, SpoolStage.Bob), Is.EqualTo(new Contact("Bob", ContactForm.Percent, "Bob B.", Heard: true, Written: true)));
        await stage.Database.Current.Writer.WriteAsync(session =>
        {
            SqlContacts.Heard(session, "alice@example.org", SpoolStage.Bob, "", 2);
            SqlContacts.Written(session, "alice@example.org", SpoolStage.Bob, ContactForm.Escaped, 3);
        });
        Assert.That(contacts.Find(SpoolStage.Alice, SpoolStage.Bob), Is.EqualTo(new Contact("bob", ContactForm.Escaped, "Bob B.", Heard: true, Written: true)));
    }

    [Test]
    public async Task Correspondence_is_found_by_stanza_message_thread_and_contact()
    {
        var first = Exchanged("s1", "m1@mail.test", "t1", stage.Time.GetUtcNow()) with { OriginalMessageId = "own@mail.test" };
        var second = Exchanged("s2", "m2@mail.test", "t2", stage.Time.GetUtcNow() + TimeSpan.FromHours(1)) with { References = ["m0@mail.test", "m1@mail.test"], Own = true };
        await stage.Database.Current.Writer.WriteAsync(session =>
        {
            SqlCorrespondence.Insert(session, first);
            SqlCorrespondence.Insert(session, second);
        });
        var store = new SqlCorrespondence(stage.Database.Reopen());

        Assert.That(store.ByStanza(SpoolStage.Alice, "s1")!.MessageId, Is.EqualTo("m1@mail.test"));
        Assert.That(store.ByStanza(Jid.Parse("carol@example.org"), "s1"), Is.Null);
        var found = store.ByMessage(SpoolStage.Alice, "m2@mail.test")!;
        Assert.That((found.StanzaId, found.Own, found.At, found.Contact), Is.EqualTo(("s2", true, second.At, SpoolStage.Bob)));
        Assert.That(store.ByMessage(SpoolStage.Alice, "own@mail.test"), Is.EqualTo(store.ByMessage(SpoolStage.Alice, "m1@mail.test")).Using<Correspondence>((a, b) => a.StanzaId == b.StanzaId));
        Assert.That(found.References, Is.EqualTo(second.References));
        Assert.That(store.LatestInThread(SpoolStage.Alice, SpoolStage.Bob, "t1")!.StanzaId, Is.EqualTo("s1"));
        Assert.That(store.Latest(SpoolStage.Alice, [SpoolStage.Bob], first.At)!.StanzaId, Is.EqualTo("s2"));
        Assert.That(store.Latest(SpoolStage.Alice, [SpoolStage.Bob], second.At + TimeSpan.FromSeconds(1)), Is.Null);
    }

    [Test]
    public async Task Notices_wait_in_order_until_they_are_done()
    {
        await stage.Spool.SettleAsync("none", [], [.. Enumerable.Range(0, 50).Select(i => Stanza.Message(SpoolStage.Alice, SpoolStage.Alice, $"n{i}", "chat"))]);
        var notices = new SqlNotices(stage.Database.Reopen());

        var waiting = notices.Waiting(20);
        Assert.That(waiting.Select(notice => notice.Stanza!.Id), Is.EqualTo(Enumerable.Range(0, 20).Select(i => $"n{i}")));
        await notices.DoneAsync([.. waiting.Select(notice => notice.Id)]);
        Assert.That(notices.Waiting(100), Has.Count.EqualTo(30));
    }

    [Test]
    public void Processes_that_start_at_once_agree_on_the_tables()
    {
        using var folder = new TestDatabase();
        var others = Enumerable.Range(0, 6).AsParallel().WithDegreeOfParallelism(6).Select(_ => new SqliteDatabase(folder.ConnectionString)).ToList();

        Assert.That(others.Select(database => database.Read(session => session.Scalar<long>("PRAGMA user_version"))), Has.All.GreaterThanOrEqualTo(1));
        others.ForEach(database => database.Dispose());
    }

    [Test]
    public void A_new_file_that_several_processes_make_at_once_is_made_once()
    {
        var folder = Directory.CreateTempSubdirectory("smtp-transport-test-");
        try
        {
            var made = Enumerable.Range(0, 6).AsParallel().WithDegreeOfParallelism(6)
                .Select(_ => new SqliteDatabase($"Data Source={Path.Combine(folder.FullName, "new.db")}")).ToList();
            Assert.That(new SqlSecrets(made[0]).Key("k"), Is.EqualTo(new SqlSecrets(made[5]).Key("k")));
            made.ForEach(database => database.Dispose());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task A_file_of_a_newer_version_is_left_alone()
    {
        await stage.Database.Current.Writer.WriteAsync(session => session.ExecuteScript("PRAGMA user_version = 999"));

        Assert.That(() => new SqliteDatabase(stage.Database.ConnectionString), Throws.TypeOf<StorageUnusableException>().With.Message.Contain("newer"));
    }

    private static Correspondence Exchanged(string stanzaId, string messageId, string thread, DateTimeOffset at) =>
        new(SpoolStage.Alice, stanzaId, "mail1", messageId, SpoolStage.Bob, thread, "Plan", [], Own: false, at);
}
