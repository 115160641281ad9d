namespace SmtpTransport.Xmpp.Component;

/// <param name="DownSince">Null while the component is bound.</param>
/// <param name="Problem">Why it is not, with the cure where we know one.</param>
internal sealed record LinkState(DateTimeOffset? DownSince, string? Problem);
