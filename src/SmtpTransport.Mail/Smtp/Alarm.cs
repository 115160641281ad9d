namespace SmtpTransport.Mail.Smtp;

/// <summary>
/// Wakes a session whose wait has lasted too long. The timer is moved only when it would ring too late, and rings in vain
/// when the wait is over: a wait costs two assignments, not two timer calls.
/// </summary>
internal sealed class Alarm : IDisposable
{
    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private Deadline wanted = Deadline.Never;
    private Deadline set = Deadline.Never;
    private Action? wake;

    public Alarm(TimeProvider time)
    {
        this.time = time;
        timer = time.CreateTimer(_ => Ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Set(Deadline deadline, Action onPassed)
    {
        lock (gate)
        {
            wanted = deadline;
            wake = onPassed;
            if (deadline.CompareTo(set) < 0)
                Move(deadline);
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            wanted = Deadline.Never;
            wake = null;
        }
    }

    public void Dispose() => timer.Dispose();

    private void Ring()
    {
        Action? passed = null;
        lock (gate)
        {
            set = Deadline.Never;
            if (wanted.HasPassed(time))
                passed = wake;
            else if (wanted != Deadline.Never)
                Move(wanted);
        }
        passed?.Invoke();
    }

    private void Move(Deadline deadline)
    {
        set = deadline;
        timer.Change(deadline.Remaining(time), Timeout.InfiniteTimeSpan);
    }
}
