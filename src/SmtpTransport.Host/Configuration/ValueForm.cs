namespace SmtpTransport.Host.Configuration;

/// <summary>The value counts only when the answer is true.</summary>
internal delegate bool TryParse<T>(string text, out T value);

/// <summary>How one kind of value is written in the configuration.</summary>
/// <param name="Expected">For the cure: what to write, with an example.</param>
internal sealed record ValueForm<T>(string Expected, TryParse<T> TryParse)
{
    /// <summary>The value may hold a password: faults do not repeat it.</summary>
    public bool IsSecret { get; init; }
}
