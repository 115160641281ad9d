namespace SmtpTransport.Xmpp.Component;

/// <param name="DownSince">Null while the component is bound.</param>
/// <param name="BrokenAt">The last time, which a new link does not undo.</param>
/// <param name="Problem">Why it is not, with the cure where we know one.</param>
internal sealed record LinkState(DateTimeOffset? DownSince, string? Problem, DateTimeOffset? BrokenAt = null);
