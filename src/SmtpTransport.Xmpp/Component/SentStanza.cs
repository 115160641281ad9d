namespace SmtpTransport.Xmpp.Component;

/// <summary>A stanza that was handed to the link and is kept, in the form in which it is written, until the server has it.</summary>
internal sealed class SentStanza(Stanza stanza)
{
    private readonly TaskCompletionSource<DeliveryVerdict> verdict = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Stanza Stanza { get; } = stanza;

    public byte[] Xml { get; } = StanzaWriter.ToBytes(stanza);

    /// <summary>Somebody waits for the verdict: an error then goes there.</summary>
    public bool IsAwaited { get; init; }

    public Task<DeliveryVerdict> Verdict => verdict.Task;

    /// <summary>Its place in the current stream.</summary>
    public long Sequence { get; set; }

    /// <summary>The streams on which it was written.</summary>
    public int Attempts { get; set; }

    public void Settle(DeliveryVerdict word) => verdict.TrySetResult(word);

    /// <summary>Does this error answer it? Prosody lowers the case of our localpart, ejabberd keeps it.</summary>
    public bool IsAnsweredBy(Stanza error) =>
        error.Id == Stanza.Id
        && error.Kind == Stanza.Kind
        && IsSame(error.From, Stanza.To)
        && IsSame(error.To, Stanza.From);

    private static bool IsSame(Jid a, Jid b) =>
        string.Equals(a.Local, b.Local, StringComparison.OrdinalIgnoreCase)
        && string.Equals(a.Domain, b.Domain, StringComparison.OrdinalIgnoreCase);
}
