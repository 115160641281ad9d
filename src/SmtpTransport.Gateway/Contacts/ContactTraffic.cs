using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Gateway.Contacts;

/// <summary>
/// Queries and presence between users and contacts: answered one after the other, beside the stream, so that neither the
/// disk nor a full link keeps the stream from reading on.
/// </summary>
public sealed partial class ContactTraffic(
    IqResponder queries, PresenceResponder presence, ResourcePresence resources, IStanzaSender link, ILogger<ContactTraffic> logger)
    : ILinkObserver
{
    // A stanza may have hundreds of kilobytes: few enough of them to stay small, enough for a burst at login.
    private const int Room = 256;

    private static readonly StanzaError TooLong = new(StanzaErrorType.Modify, "policy-violation", "This is more than the gateway takes at once.");

    private readonly Channel<Stanza> waiting = Channel.CreateBounded<Stanza>(new BoundedChannelOptions(Room) { SingleReader = true });

    /// <summary>Waits for room; only probes, which servers repeat, are dropped where there is none.</summary>
    public ValueTask ReceiveAsync(Stanza stanza, CancellationToken cancellation)
    {
        switch (stanza)
        {
            case { IsError: true } or { Kind: StanzaKind.Iq, IsRequest: false }:
                return ValueTask.CompletedTask;
            case { Kind: StanzaKind.Presence, Type: null }:
                resources.Available(stanza.From);
                return ValueTask.CompletedTask;
            case { Kind: StanzaKind.Presence, Type: "unavailable" }:
                resources.Unavailable(stanza.From);
                return ValueTask.CompletedTask;
            case { Kind: StanzaKind.Presence, Type: "probe" }:
                waiting.Writer.TryWrite(stanza);
                return ValueTask.CompletedTask;
            default:
                return waiting.Writer.WriteAsync(stanza.Answerable(), cancellation);
        }
    }

    public void LinkUp()
    {
    }

    /// <summary>Who goes offline while the link is down is never told to us.</summary>
    public void LinkDown() => resources.Clear();

    /// <summary>Answers until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (var stanza in waiting.Reader.ReadAllAsync(cancellation))
        {
            try
            {
                foreach (var answer in await AnswerAsync(stanza, cancellation))
                    await link.SendAsync(answer, cancellation);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // One that cannot even be answered must not keep the others from their answers.
                LogNotSent(e, stanza.Kind, stanza.From.Bare);
            }
        }
    }

    private async ValueTask<IReadOnlyList<Stanza>> AnswerAsync(Stanza stanza, CancellationToken cancellation)
    {
        try
        {
            if (stanza.IsOversized)
                return Refuse(stanza, TooLong);
            return stanza.Kind == StanzaKind.Iq ? [queries.Answer(stanza)] : await presence.AnswerAsync(stanza, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(e, stanza.Kind, stanza.From.Bare);
            return Refuse(stanza, new StanzaError(StanzaErrorType.Wait, "internal-server-error"));
        }
    }

    private static IReadOnlyList<Stanza> Refuse(Stanza stanza, StanzaError why) => stanza.Error(why) is { } error ? [error] : [];

    [LoggerMessage(LogLevel.Error, "A {Kind} stanza from {User} could not be answered")]
    private partial void LogFailed(Exception e, StanzaKind kind, Jid user);

    [LoggerMessage(LogLevel.Error, "The answer to a {Kind} stanza from {User} could not be sent")]
    private partial void LogNotSent(Exception e, StanzaKind kind, Jid user);
}
