namespace SmtpTransport.Gateway.Files;

/// <summary>Where files of mails go, so that their readers can fetch them.</summary>
public interface IFilePlaces
{
    /// <summary>There is such a place, as far as is known: answers at once.</summary>
    bool AreThere { get; }

    /// <summary>One is known, and not only looked for.</summary>
    bool AreCertain { get; }

    Task<Placement> PlaceAsync(OutgoingFile file, CancellationToken cancellation);
}
