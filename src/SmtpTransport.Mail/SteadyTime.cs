namespace SmtpTransport.Mail;

/// <summary>For what lasts a while in memory: somebody may set the clock, and must neither end nor stretch it by that.</summary>
public static class SteadyTime
{
    /// <summary>Since some moment in the past, whatever the clock is set to.</summary>
    public static TimeSpan Steady(this TimeProvider time) => time.GetElapsedTime(0);
}
