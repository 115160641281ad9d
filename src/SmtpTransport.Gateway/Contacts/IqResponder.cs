using System.Xml.Linq;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;
using SmtpTransport.Xmpp.Payloads;

namespace SmtpTransport.Gateway.Contacts;

/// <summary>Answers queries to the gateway and to contacts: each get and set gets exactly one answer (RFC 6120 §8.2.3).</summary>
public sealed class IqResponder(AddressMap addresses, IContacts contacts)
{
    private const string Product = "SmtpTransport";

    private static readonly StanzaError Unknown = new(StanzaErrorType.Cancel, "service-unavailable");

    // For the caller to repair: it has no payload, or several, or is of no type that there is.
    private static readonly StanzaError BadRequest = new(StanzaErrorType.Modify, "bad-request");

    private static readonly SoftwareVersion Version =
        new(Product, typeof(IqResponder).Assembly.GetName().Version?.ToString(3) ?? "");

    private static readonly string[] Common =
        [DiscoInfo.Namespace.NamespaceName, DiscoItems.Namespace.NamespaceName, Ping.Namespace.NamespaceName,
            SoftwareVersion.Namespace.NamespaceName, VCardTemp.Namespace.NamespaceName];

    private static readonly DiscoInfo GatewayInfo = new()
    {
        Identities = [new DiscoIdentity("gateway", "smtp", "Email")],
        // XEP-0106: the backslash stands in the feature's name.
        Features = [.. Common, GatewayPrompt.Namespace.NamespaceName, ExtendedAddresses.Namespace.NamespaceName, @"jid\20escaping"],
    };

    private static readonly DiscoInfo ContactInfo = new()
    {
        Identities = [new DiscoIdentity("account", "registered")],
        Features =
        [
            .. Common, ReceiptRequest.Namespace.NamespaceName, Reply.Namespace.NamespaceName, Fallback.Namespace.NamespaceName,
            Correction.Namespace.NamespaceName, Retraction.Namespace.NamespaceName, Unstyled.Namespace.NamespaceName, XhtmlIm.Namespace.NamespaceName,
            Markable.Namespace.NamespaceName, OutOfBandData.Namespace.NamespaceName, FileSharing.Namespace.NamespaceName, FileMetadata.Namespace.NamespaceName,
        ],
    };

    // XEP-0444 §3: clients offer reactions where they find it.
    private static readonly DiscoInfo ReactingInfo = ContactInfo with { Features = [.. ContactInfo.Features, Reactions.Namespace.NamespaceName] };

    private static readonly GatewayPrompt Prompt =
        new("Enter the e-mail address of the person you want to write to.", "E-mail address");

    /// <param name="request">Of type get or set; any other is a bad one.</param>
    public Stanza Answer(Stanza request)
    {
        if (request.Type is not ("get" or "set") || request.Element.Elements().Take(2).ToArray() is not [var payload])
            return Refuse(request, BadRequest);
        return addresses.Contact(request.To) switch
        {
            ContactLookup.Gateway => Serve(request, payload, null),
            ContactLookup.Mailbox contact => Serve(request, payload, contact.Address),
            ContactLookup.OwnUser own => Refuse(request, Moved(own.User)),
            ContactLookup.Invalid invalid => Refuse(request, NotFound(invalid.Why)),
            _ => Refuse(request, Unknown),
        };
    }

    private Stanza Serve(Stanza request, XElement payload, EmailAddress? contact)
    {
        if (payload.Name == GatewayPrompt.ElementName && contact is null)
            return request.Type == "get" ? request.Result(Prompt) : Locate(request, GatewayPrompt.Parse(payload).Prompt);
        if (request.Type == "get")
        {
            if (payload.Name == DiscoInfo.ElementName)
                return Describe(request, payload, contact is not { } person ? GatewayInfo : contacts.Find(request.From.Bare, person)?.Reacts == true ? ReactingInfo : ContactInfo);
            if (payload.Name == DiscoItems.ElementName)
                return Describe(request, payload, new DiscoItems());
            if (payload.Name == Ping.ElementName)
                return request.Result();
            if (payload.Name == SoftwareVersion.ElementName)
                return request.Result(Version);
            if (payload.Name == VCardTemp.ElementName)
                return request.Result(contact is { } mailbox ? Card(request, mailbox) : GatewayCard(request.To));
        }
        return Refuse(request, Unknown);
    }

    // XEP-0030 §7: a node that is not there is an item that is not there.
    private static Stanza Describe(Stanza request, XElement payload, IPayload answer) =>
        string.IsNullOrEmpty((string?)payload.Attribute("node")) ? request.Result(answer) : Refuse(request, NotFound(null));

    // XEP-0100 §6.3
    private Stanza Locate(Stanza request, string? entered)
    {
        return EnteredAddress.Find(addresses, contacts, request.From.Bare, entered) switch
        {
            ContactLookup.Mailbox(var mailbox, var form) => request.Result(new GatewayPrompt(Jid: addresses.ContactOf(mailbox, form))),
            ContactLookup.OwnUser own => request.Result(new GatewayPrompt(Jid: own.User)),
            ContactLookup.Invalid invalid => Refuse(request, NotFound(invalid.Why)),
            _ => Refuse(request, new StanzaError(StanzaErrorType.Modify, "jid-malformed", "This is not an e-mail address, such as bob@mail.example.")),
        };
    }

    private VCardTemp Card(Stanza request, EmailAddress mailbox) => new()
    {
        FullName = contacts.Find(request.From.Bare, mailbox) is { Name.Length: > 0 } known ? known.Name : mailbox.ToString(),
        Email = mailbox.ToString(),
        JabberId = request.To.Bare.ToString(),
    };

    private static VCardTemp GatewayCard(Jid gateway) => new()
    {
        FullName = "Email",
        JabberId = gateway.Bare.ToString(),
        Description = $"Every e-mail address is a contact here: bob@mail.example is bob%mail.example@{gateway.Domain}.",
    };

    private static StanzaError NotFound(string? why) => new(StanzaErrorType.Cancel, "item-not-found", why);

    private static StanzaError Moved(Jid user) =>
        new(StanzaErrorType.Modify, "redirect", $"This person is on XMPP: write to {user}.") { Uri = user.ToUri() };

    private static Stanza Refuse(Stanza request, StanzaError error) =>
        request.Error(error) ?? throw new ArgumentException($"Not a request: {request}", nameof(request));
}
