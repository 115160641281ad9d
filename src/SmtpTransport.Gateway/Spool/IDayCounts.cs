namespace SmtpTransport.Gateway.Spool;

/// <summary>How much was sent on a day, across restarts. It grows in the transaction that takes a draft.</summary>
public interface IDayCounts
{
    /// <param name="day">Days since 1970-01-01 UTC.</param>
    DayCount Of(string owner, long day);
}

public readonly record struct DayCount(int Recipients, int NewRecipients);

/// <summary>One more recipient on the account of a user or a domain.</summary>
public sealed record DayCharge(string Owner, long Day, bool IsNew);
