using System.Text.Json;
using Microsoft.Data.Sqlite;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Mail;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Gateway.Storage;

/// <summary>The spool in SQL. Times in the tables are Unix milliseconds.</summary>
public sealed class SqlSpool(SqliteDatabase database, TimeProvider time) : ISpool
{
    /// <summary>Longer than any attempt may take, and its record, so that nobody works on an item twice.</summary>
    private static readonly TimeSpan Lease = DeliveryWorker.LongestAttempt + TimeSpan.FromMinutes(5);

    private static readonly TimeSpan AfterBrokenRow = TimeSpan.FromHours(1);

    /// <summary>What stays free for the database itself: its log, and the records of mails already taken.</summary>
    public const long Reserve = 32 * 1024 * 1024;

    /// <summary>Whole mails, so that nobody else composes or sends the same one at the same time.</summary>
    internal const string Claim =
        """
        UPDATE recipient SET leased = 1, attempts = attempts + 1, due_at = $3
        WHERE state = 0 AND due_at <= $2 AND mail_id IN (
            SELECT mail_id FROM recipient WHERE direction = $1 AND state = 0 AND due_at <= $2 ORDER BY due_at LIMIT $4)
        RETURNING mail_id, id, address, jid, attempts, failing_since, fingerprint, role, destination, part, given_up
        """;

    /// <summary>The same past destinations that have enough: it reads over what waits for those, in the index alone.</summary>
    internal static readonly string ClaimOthers = Claim.Replace("ORDER BY", "AND destination NOT IN (SELECT value FROM json_each($5)) ORDER BY", StringComparison.Ordinal);

    internal const string NextDueOfOthers =
        "SELECT due_at FROM recipient WHERE direction = $1 AND state = 0 AND destination NOT IN (SELECT value FROM json_each($2)) ORDER BY due_at LIMIT 1";

    private readonly SqlSweep sweep = new(database, time);
    private readonly FreeSpace disk = new(database.DataSource, time);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public Task RecoverAsync() => database.Writer.WriteAsync(session =>
    {
        // Wherever its end lies: the clock may have been set back since.
        foreach (var direction in Enum.GetValues<MailDirection>())
            session.Execute("UPDATE recipient SET leased = 0, due_at = $2 WHERE state = 0 AND direction = $1 AND leased = 1", (int)direction, Now);
    });

    /// <summary>Octets that are free on its disk.</summary>
    public long FreeOctets => disk.Octets;

    public bool HasRoomFor(long octets) => disk.Holds(octets + Reserve);

    public bool IsTaken(MailFingerprint fingerprint) => fingerprint.HasMessageId && database.Read(session =>
        session.Scalar<long>("SELECT at FROM taken WHERE fingerprint = $1", fingerprint.Octets)) > Now - (long)SqlSweep.MemoryOfTaken.TotalMilliseconds;

    public Task AcceptAsync(
        AcceptedMail mail, MessageContent content, IReadOnlyList<Settlement> outcomes, IReadOnlyList<RefusedRecipient> refused, CancellationToken cancellation) =>
        StoreAsync(content, (session, bodyId, first) =>
        {
            Insert(session, mail, bodyId, first);
            if (outcomes.Count > 0 || refused.Count > 0)
                Settle(session, mail.Id, outcomes, refused);
        }, cancellation);

    public Task<string> AcceptAsync(AcceptedDraft draft) => database.Writer.WriteAsync(session =>
    {
        foreach (var charge in draft.Charges)
            SqlDayCounts.Add(session, charge);
        return SqlHeldDrafts.Accept(session, draft, Insert);
    });

    public Task<bool> TakeBackAsync(TakenBack message) => database.Writer.WriteAsync(session => SqlHeldDrafts.TakeBack(session, message, time));

    public Task<IReadOnlyList<ClaimedMail>> ClaimAsync(MailDirection direction, int limit, IReadOnlyList<string> busy) => database.Writer.WriteAsync<IReadOnlyList<ClaimedMail>>(session =>
    {
        object?[] values = [(int)direction, Now, Now + (long)Lease.TotalMilliseconds, limit, .. Others(busy)];
        var rows = session.Query(busy.Count > 0 ? ClaimOthers : Claim, row => (MailId: row.GetString(0), Recipient: Readable(() => ReadRecipient(row))), values);
        var mails = new List<ClaimedMail>();
        foreach (var mail in rows.GroupBy(r => r.MailId, r => r.Recipient))
        {
            var recipients = mail.OfType<ClaimedRecipient>().OrderBy(recipient => recipient.Part).ToList();
            if (recipients.Count == mail.Count() && Readable(() => ReadMail(session, mail.Key, recipients)) is { } read)
                mails.AddRange(read);
            else
                PutAside(session, mail.Key);
        }

        return mails;
    });

    public DateTimeOffset? NextDue(MailDirection direction, IReadOnlyList<string> busy) => database.Read(session =>
    {
        object?[] values = [(int)direction, .. Others(busy)];
        var due = session.Query(
            busy.Count > 0 ? NextDueOfOthers : "SELECT min(due_at) FROM recipient WHERE direction = $1 AND state = 0",
            row => row.IsDBNull(0) ? (DateTimeOffset?)null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)),
            values);
        return due is [var first, ..] ? first : null;
    });

    public IReadOnlyList<DraftLine> ReadDraft(string mailId) => database.Read(session => SqlDrafts.Lines(session, mailId));

    public Task StoreComposedAsync(
        string mailId, MessageContent content, string messageId, IReadOnlyList<Correspondence> correspondence, params IReadOnlyList<Stanza> notices) =>
        StoreAsync(content, (session, bodyId, first) =>
        {
            SqlDrafts.Composed(session, mailId, messageId, bodyId, first);
            SqlSentMails.Remember(session, mailId, Now);
            foreach (var stanza in correspondence)
                SqlCorrespondence.Insert(session, stanza);
            foreach (var notice in notices)
                SqlNotices.Insert(session, SpoolId.New(time), notice);
        }, CancellationToken.None);

    public Stream OpenBody(long bodyId) => new BodyStream(database, bodyId);

    public Task SettleAsync(
        string mailId, IReadOnlyList<Settlement> settlements, IReadOnlyList<Stanza> notices, params IReadOnlyList<RefusedRecipient> refused) => database.Writer.WriteAsync(session =>
    {
        foreach (var notice in notices)
            SqlNotices.Insert(session, SpoolId.New(time), notice);
        Settle(session, mailId, settlements, refused);
    });

    public Task<bool> SettleDraftAsync(
        string mailId, IReadOnlyList<Settlement> settlements, IReadOnlyList<NewNotice> notices, IReadOnlyList<Stanza> receipts) => database.Writer.WriteAsync(session =>
    {
        Settle(session, mailId, settlements, []);
        var isAllIn = settlements.Any(settlement => settlement is Settlement.Delivered) && SqlSentMails.IsAllIn(session, mailId);
        List<NewNotice> told = [.. notices, .. (isAllIn ? receipts : []).Select(receipt => new NewNotice(receipt))];
        foreach (var notice in told)
            SqlNotices.Insert(session, SpoolId.New(time), notice);
        return told.Count > 0;
    });

    public Task ReopenTakenAsync(DateTimeOffset takenAfter) => database.Writer.WriteAsync(session =>
        session.Execute(
            "UPDATE recipient SET state = 0, leased = 0, due_at = $2 WHERE state > 0 AND state = 1 AND due_at > $2 AND taken_at >= $1",
            takenAfter.ToUnixTimeMilliseconds(), Now));

    public Task<IReadOnlyList<DelayedMail>> FindDelayedAsync(DateTimeOffset failingBefore, int limit) =>
        Task.FromResult<IReadOnlyList<DelayedMail>>(database.Read(session => session.Query(
            """
            SELECT mail_id, id, address, coalesce(last_error, '') FROM recipient
            WHERE direction = 1 AND delay_told = 0 AND failing_since IS NOT NULL AND failing_since <= $1 LIMIT $2
            """,
            row => (MailId: row.GetString(0), Id: row.GetInt64(1), Address: row.GetString(2), Why: row.GetString(3)),
            failingBefore.ToUnixTimeMilliseconds(), limit)
            .Select(r => new DelayedMail(r.MailId, r.Id, r.Address, r.Why, SqlDrafts.Lines(session, r.MailId)[^1]))
            .ToList()));

    public Task TellDelayAsync(DelayedMail mail, Stanza notice) => database.Writer.WriteAsync(session =>
    {
        session.Execute("UPDATE recipient SET delay_told = 1 WHERE id = $1", mail.RecipientId);
        SqlNotices.Insert(session, SpoolId.New(time), notice);
    });

    public Task<LateRefusal?> RecordLateErrorAsync(LateError error) =>
        database.Writer.WriteAsync(session => SqlLateErrors.Record(session, error, time));

    public Task<bool> SweepAsync() => sweep.RunAsync();

    /// <summary>A row that we cannot read must not stop all the others: it stays, and <c>queue list</c> shows it.</summary>
    private void PutAside(SqliteSession session, string mailId) => session.Execute(
        "UPDATE recipient SET leased = 0, due_at = $2, last_error = $3 WHERE mail_id = $1 AND state = 0 AND leased = 1",
        mailId, Now + (long)AfterBrokenRow.TotalMilliseconds, "451 4.3.0 The record of this mail cannot be read");

    private static T? Readable<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidCastException)
        {
            return null;
        }
    }

    /// <param name="commit">Gets the first chunk; the others are on the disk by then.</param>
    private async Task StoreAsync(MessageContent content, Action<SqliteSession, long, byte[]> commit, CancellationToken cancellation)
    {
        var bodyId = SpoolId.New(time);
        try
        {
            var first = await SqlBodies.StoreAsync(database.Writer, bodyId, content, cancellation);
            await database.Writer.WriteAsync(session => commit(session, bodyId, first));
        }
        catch
        {
            sweep.Discard(bodyId);
            throw;
        }
    }

    private void Settle(SqliteSession session, string mailId, IReadOnlyList<Settlement> settlements, IReadOnlyList<RefusedRecipient> refused)
    {
        foreach (var recipient in refused.Where(recipient => IsNew(session, recipient.Fingerprint)))
            SqlReports.Owe(session, mailId, recipient, Now);
        foreach (var settlement in settlements)
            SqlSettlements.Record(session, mailId, settlement, Now);
        SqlSettlements.ReleaseMail(session, mailId);
    }

    /// <summary>Not reported yet: a sender that lost our 250 comes again, and has the same refused.</summary>
    private bool IsNew(SqliteSession session, MailFingerprint? report) =>
        report is not { HasMessageId: true } || session.Execute("INSERT INTO taken (fingerprint, at) VALUES ($1, $2) ON CONFLICT (fingerprint) DO NOTHING", report.Octets, Now) > 0;

    private static void Insert(SqliteSession session, AcceptedMail mail, long bodyId, byte[] first)
    {
        SqlBodies.InsertBody(session, bodyId);
        SqlBodies.InsertChunk(session, bodyId, 0, first);
        var receivedAt = mail.ReceivedAt.ToUnixTimeMilliseconds();
        session.Execute(
            """
            INSERT INTO mail (id, direction, reverse_path, owner, body_id, message_id, envelope_id, return_kind, trace, received_at,
                warnings, authentication, sender_verified, author_standing, may_report, require_tls)
            VALUES ($1, 0, $2, '', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            """,
            mail.Id, mail.Envelope.ReversePath?.ToString() ?? "", bodyId, mail.MessageId, mail.Envelope.EnvelopeId, mail.Envelope.Return, mail.Trace, receivedAt,
            string.Join('\n', mail.Warnings), mail.Authentication.Results, mail.Authentication.IsSenderVerified ? 1 : 0, (int)mail.Authentication.Author,
            mail.MayReport ? 1 : 0, mail.Envelope.RequireTls ? 1 : 0);
        SqlHistory.Add(
            session, mail.Id, MailStep.Accepted, Accepted(mail.Envelope.ReversePath?.ToString() ?? "", mail.Targets.Select(target => target.Recipient.Address)), receivedAt);
        foreach (var target in mail.Targets)
        {
            session.Execute(
                """
                INSERT INTO recipient (id, mail_id, direction, address, jid, destination, original, notify, state, leased, due_at, attempts, delay_told, fingerprint)
                VALUES ($1, $2, 0, $3, $4, $5, $6, $7, 0, 1, $8, 1, 0, $9)
                """,
                target.RecipientId, mail.Id, target.Recipient.Address.ToString(), target.User.ToString(), target.User.Domain,
                target.Recipient.OriginalRecipient, (int?)target.Recipient.Notify, receivedAt + (long)Lease.TotalMilliseconds, target.Fingerprint.Stored);
            if (target.Fingerprint.HasMessageId)
                session.Execute("INSERT INTO taken (fingerprint, at) VALUES ($1, $2) ON CONFLICT (fingerprint) DO UPDATE SET at = $2", target.Fingerprint.Octets, receivedAt);
        }
    }

    private void Insert(SqliteSession session, AcceptedDraft draft)
    {
        var owner = draft.Line.Sender.Bare.ToString();
        var receivedAt = draft.ReceivedAt.ToUnixTimeMilliseconds();
        session.Execute(
            "INSERT INTO mail (id, direction, reverse_path, owner, message_id, trace, received_at, held_key) VALUES ($1, 1, $2, $3, '', '', $4, $5)",
            draft.Id, draft.From.ToString(), owner, receivedAt, draft.IsHeld ? SqlHeldDrafts.KeyOf(draft) : null);
        foreach (var recipient in draft.Recipients)
        {
            session.Execute(
                """
                INSERT INTO recipient (id, mail_id, direction, address, jid, destination, state, leased, due_at, attempts, delay_told, role)
                VALUES ($1, $2, 1, $3, '', $4, 0, 0, $5, 0, 0, $6)
                """,
                SpoolId.New(time), draft.Id, recipient.Address.ToString(), recipient.Address.Domain, draft.DueAt.ToUnixTimeMilliseconds(), (int)recipient.Role);
            SqlContacts.Written(session, owner, recipient.Address, recipient.Form, receivedAt);
        }

        SqlDrafts.Insert(session, draft.Id, 0, draft.Line);
        SqlHistory.Add(session, draft.Id, MailStep.Accepted, Accepted(draft.Line.Sender.ToString(), draft.Recipients.Select(recipient => recipient.Address)), receivedAt);
    }

    private static string Accepted(string sender, IEnumerable<EmailAddress> recipients) => $"from <{sender}> for {string.Join(", ", recipients)}";

    private static string[] Others(IReadOnlyList<string> busy) => busy.Count > 0 ? [JsonSerializer.Serialize(busy)] : [];

    private static ClaimedRecipient ReadRecipient(SqliteDataReader row) => new(
        row.GetInt64(1),
        EmailAddress.Parse(row.GetString(2)),
        row.GetString(3) is { Length: > 0 } jid ? Jid.Parse(jid) : default,
        row.GetInt32(4),
        row.IsDBNull(5) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)))
    {
        Fingerprint = row.IsDBNull(6) ? null : MailFingerprint.FromStored(row.GetFieldValue<byte[]>(6)),
        Role = (RecipientRole)row.GetInt32(7),
        Destination = row.GetString(8),
        Part = row.GetInt32(9),
        IsGivenUp = row.GetInt32(10) != 0,
    };

    private static List<ClaimedMail> ReadMail(SqliteSession session, string id, IReadOnlyList<ClaimedRecipient> recipients) => session.Query(
        """
        SELECT direction, received_at, message_id, reverse_path, body_id, warnings, authentication, sender_verified, author_standing, may_report,
            require_tls
        FROM mail WHERE id = $1
        """,
        row => new ClaimedMail(id, (MailDirection)row.GetInt32(0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)))
        {
            MessageId = row.GetString(2),
            ReversePath = row.GetString(3) is { Length: > 0 } path ? EmailAddress.Parse(path) : null,
            BodyId = row.IsDBNull(4) ? null : row.GetInt64(4),
            Recipients = recipients,
            Warnings = row.GetString(5).Split('\n', StringSplitOptions.RemoveEmptyEntries),
            Authentication = new MailAuthentication(row.GetString(6), row.GetInt32(7) != 0, (AuthorStanding)row.GetInt32(8)),
            MayReport = row.GetInt32(9) != 0,
            RequireTls = row.GetInt32(10) != 0,
        },
        id);
}
