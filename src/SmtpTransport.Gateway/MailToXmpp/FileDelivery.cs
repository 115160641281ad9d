using Microsoft.Extensions.Logging;
using SmtpTransport.Gateway.Files;
using SmtpTransport.Gateway.Links;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Translation;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Gateway.MailToXmpp;

/// <summary>Takes one file of a mail to one user, as a message of its own that follows the text (design §5).</summary>
public sealed partial class FileDelivery(
    IStanzaSender link, MailBackground background, IFilePlaces places, PublicLinks links, FileSettling settling, TimeProvider time, ILogger<FileDelivery> logger)
{
    /// <summary>One attempt, and the record of what came of it.</summary>
    public async Task DeliverAsync(IncomingMail mail, ClaimedRecipient recipient, CancellationToken cancellation)
    {
        var headers = MailHeaders.Of(mail.Message);
        var page = links.To(recipient.Fingerprint!, MailPart.Mail);
        var context = background.ContextOf(mail, headers, recipient.User, recipient.Fingerprint!) with { PageLink = page?.Url };
        await settling.RecordAsync(mail, recipient, await TryAsync(mail, headers, context, recipient, cancellation), page, cancellation);
    }

    private async Task<FileOutcome> TryAsync(IncomingMail mail, MailHeaders headers, MailContext context, ClaimedRecipient recipient, CancellationToken cancellation)
    {
        var id = MailPart.StanzaIdOf(recipient.Fingerprint!, recipient.Part);
        var what = $"file {recipient.Part}";
        try
        {
            await using var file = await FileOpening.OpenAsync(mail.Message, recipient.Part, cancellation)
                ?? throw new InvalidDataException($"Mail {mail.Id} has no part {recipient.Part}.");
            what = file.Words;
            var placement = file.Metadata.Size == 0 || recipient.IsGivenUp ? null : await places.PlaceAsync(
                new OutgoingFile(context.Contact, recipient.Fingerprint!, recipient.Part)
                {
                    RecipientId = recipient.Id,
                    Name = file.Metadata.Name!,
                    MediaType = file.Metadata.MediaType!,
                    Size = file.Metadata.Size!.Value,
                    WriteToAsync = file.WriteToAsync,
                },
                cancellation);
            return placement switch
            {
                _ when recipient.IsGivenUp => Refuse("the administrator of the mail gateway has stopped it"),
                null => await SendAsync(FileMessage.Empty(context, id, what), null),
                Placement.Placed placed => await SendAsync(FileMessage.Of(context, id, file.Metadata, file.IsInline, placed.Url), placed),
                Placement.NotNow trouble => Later(trouble.Why),
                Placement.Refused refused => Refuse(refused.Why),
                _ => throw new InvalidOperationException(placement.ToString()),
            };
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogBroken(e, mail.Id, recipient.Part, recipient.User);
            return Later("the mail gateway has a fault");
        }

        FileOutcome.Later Later(string why) => new(
            why, FileMessage.Late(context, "late-" + id, what), FileMessage.Failed(context, id, what, "it could not be put where you can fetch it, in many attempts"));

        FileOutcome.Refused Refuse(string why) => new(why, FileMessage.Failed(context, id, what, why));

        async Task<FileOutcome> SendAsync(Stanza message, Placement.Placed? placed)
        {
            var verdict = await link.SendConfirmedAsync(message, cancellation);
            return new FileOutcome.Sent(verdict, SentMessage.Of(mail, headers, context, message, recipient.Part), time.GetUtcNow()) { What = what, IsOwnLink = placed is { IsOwn: true } };
        }
    }

    [LoggerMessage(LogLevel.Error, "Mail {MailId}: file {Part} could not be sent to {User}")]
    private partial void LogBroken(Exception e, string mailId, int part, Jid user);
}

/// <summary>What came of one attempt to deliver a file.</summary>
public abstract record FileOutcome
{
    private FileOutcome()
    {
    }

    /// <param name="Verdict">The XMPP server's word.</param>
    /// <param name="At">When it came.</param>
    public sealed record Sent(DeliveryVerdict Verdict, Correspondence Message, DateTimeOffset At) : FileOutcome
    {
        /// <summary>Name, kind and size.</summary>
        public required string What { get; init; }

        /// <summary>The file is fetched from us.</summary>
        public bool IsOwnLink { get; init; }
    }

    /// <param name="Delay">For the user, when it is late.</param>
    /// <param name="Failure">For the user, when it was tried for long enough.</param>
    public sealed record Later(string Why, Stanza Delay, Stanza Failure) : FileOutcome;

    /// <param name="Notice">For the user.</param>
    public sealed record Refused(string Why, Stanza Notice) : FileOutcome;
}
