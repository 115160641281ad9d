using MimeKit;
using SmtpTransport.Mail.Smtp;

namespace SmtpTransport.Gateway.Files;

/// <summary>A file that goes with a mail.</summary>
/// <param name="Url">Where it was fetched: its link need not stay in the text.</param>
/// <param name="Name">Safe on every disk.</param>
public sealed record AttachedFile(string Url, string Name, ContentType MediaType, MessageContent Content);

/// <summary>A file that stays where it is: the mail has its link.</summary>
/// <param name="Why">For the user: <c>its server answers 404</c>.</param>
/// <param name="MayPass">It may go better in a moment.</param>
public sealed record MissingFile(string Url, string Name, string Why, bool MayPass);
