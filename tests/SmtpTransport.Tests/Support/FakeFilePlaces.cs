using System.Collections.Concurrent;
using SmtpTransport.Gateway.Files;

namespace SmtpTransport.Tests.Support;

/// <summary>Takes files, or does not, as a test says.</summary>
internal sealed class FakeFilePlaces : IFilePlaces
{
    public bool AreThere { get; set; }

    public bool AreCertain { get; set; } = true;

    public Func<OutgoingFile, Placement> OnFile { get; set; } = file => new Placement.Placed($"https://upload.example.org/{file.Name}");

    /// <summary>What was to be placed, with its octets.</summary>
    public ConcurrentQueue<(OutgoingFile File, byte[] Octets)> Seen { get; } = [];

    public async Task<Placement> PlaceAsync(OutgoingFile file, CancellationToken cancellation)
    {
        using var octets = new MemoryStream();
        await file.WriteToAsync(octets, cancellation);
        Seen.Enqueue((file, octets.ToArray()));
        return OnFile(file);
    }
}
