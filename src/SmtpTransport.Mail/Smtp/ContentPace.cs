namespace SmtpTransport.Mail.Smtp;

/// <summary>How slowly one message may come: at least <see cref="SmtpLimits.MinimumRate"/>, and never longer than the time for a whole message.</summary>
internal sealed class ContentPace(TimeSpan whole, TimeProvider time)
{
    private static readonly long MinimumPerWindow = (long)(SmtpLimits.MinimumRate * SmtpLimits.RateWindow.TotalSeconds);

    private Deadline window;
    private long inWindow;

    /// <summary>When to look again, at the latest.</summary>
    public Deadline Next => Deadline.Earlier(window, End);

    /// <summary>The time for the whole message, the pauses between its chunks included.</summary>
    public Deadline End { get; } = Deadline.After(whole, time);

    public bool IsOver => End.HasPassed(time);

    /// <summary>The client's turn: the time between two chunks is not slowness.</summary>
    public void Begin()
    {
        window = Deadline.After(SmtpLimits.RateWindow, time);
        inWindow = 0;
    }

    /// <summary>False once the client is too slow.</summary>
    public bool Keeps(long octets)
    {
        inWindow += octets;
        if (IsOver)
            return false;
        if (!window.HasPassed(time))
            return true;
        var enough = inWindow >= MinimumPerWindow;
        Begin();
        return enough;
    }
}
