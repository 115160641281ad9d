namespace SmtpTransport.Gateway.Links;

/// <summary><c>Web:PublicUrl</c> and <c>Web:KeepFor</c>.</summary>
public sealed record PublicLinkOptions
{
    /// <summary>What links begin with; null when there are none.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>How long they live, and with them the mails that they lead to.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(30);
}
