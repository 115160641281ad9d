namespace SmtpTransport.Host.Checks;

internal enum Grade
{
    Ok,

    /// <summary>Mail flows without it; better with it.</summary>
    Advice,

    /// <summary>Mail is lost, refused or distrusted.</summary>
    Fault,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Cure">The exact record or line to add; null where all is well.</param>
internal sealed record Finding(Grade Grade, string Subject, string Text, string? Cure = null)
{
    public static Finding Ok(string subject, string text) => new(Grade.Ok, subject, text);

    public static Finding Advice(string subject, string text, string cure) => new(Grade.Advice, subject, text, cure);

    public static Finding Fault(string subject, string text, string cure) => new(Grade.Fault, subject, text, cure);

    /// <summary>DNS gave no answer at all, so nothing is known about the record.</summary>
    public static Finding Unanswered(string subject, string name) =>
        Fault(subject, $"DNS did not answer for {name}", "Look at Dns:Servers and the zone's name servers, then check again");
}
