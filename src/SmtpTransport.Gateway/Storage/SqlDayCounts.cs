using SmtpTransport.Gateway.Spool;

namespace SmtpTransport.Gateway.Storage;

/// <summary>What was sent on a day; yesterday's rows go with the first mail of today, and with them those of a clock that ran ahead.</summary>
public sealed class SqlDayCounts(SqliteDatabase database) : IDayCounts
{
    public DayCount Of(string owner, long day) => database.Read(session => session.Query(
        "SELECT recipients, new_recipients FROM sent_day WHERE day = $1 AND owner = $2",
        row => new DayCount(row.GetInt32(0), row.GetInt32(1)),
        day, owner)).FirstOrDefault();

    internal static void Add(SqliteSession session, DayCharge charge)
    {
        session.Execute("DELETE FROM sent_day WHERE day < $1 OR day > $1 + 1", charge.Day);
        session.Execute(
            """
            INSERT INTO sent_day (day, owner, recipients, new_recipients) VALUES ($1, $2, 1, $3)
            ON CONFLICT (day, owner) DO UPDATE SET recipients = recipients + 1, new_recipients = new_recipients + $3
            """,
            charge.Day, charge.Owner, charge.IsNew ? 1 : 0);
    }
}
