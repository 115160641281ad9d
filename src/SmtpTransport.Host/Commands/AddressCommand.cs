using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Host.Configuration;
using SmtpTransport.Mail;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Host.Commands;

/// <summary><c>address ADDR</c>: what an address is called on the other network.</summary>
internal sealed class AddressCommand(Func<GatewayConfiguration, WebApplication> build, TextWriter output, TextWriter error)
{
    public async Task<int> RunAsync(GatewayConfiguration configuration, string address, CancellationToken cancellation)
    {
        await using var app = build(configuration);
        var (answer, why) = Translate(app.Services.GetRequiredService<AddressMap>(), configuration.Addresses, address);
        await (answer is null ? error : output).WriteLineAsync(answer ?? $"{Printable.Of(address)}: {why}");
        return answer is null ? ExitCode.BadUsage : ExitCode.Ok;
    }

    internal static (string? Answer, string? Why) Translate(AddressMap map, AddressOptions options, string text)
    {
        var isJid = Jid.TryParse(text, out var jid) && jid.Local.Length > 0;
        if (isJid && jid.Domain == options.Component.Domain)
            return Contact(map, jid.Bare);
        if (isJid && map.IsListed(jid.Domain))
            return (map.MailAddressOf(jid.Bare).ToString(), null);
        if (!EmailAddress.TryParse(text, out var mailbox))
            return (null, "neither a JID nor a mail address");
        return options.MailDomains.ContainsKey(mailbox.Domain) && map.Recipient(mailbox) is RecipientLookup.User(var user, _)
            ? (user.ToString(), null)
            : (map.ContactOf(mailbox, ContactForm.Percent).ToString(), null);
    }

    private static (string? Answer, string? Why) Contact(AddressMap map, Jid contact) => map.Contact(contact) switch
    {
        ContactLookup.Mailbox(var address, _) => (address.ToString(), null),
        ContactLookup.OwnUser(var user) => (map.MailAddressOf(user).ToString(), null),
        ContactLookup.Invalid(var why) => (null, why),
        _ => (null, "the gateway itself, not a mailbox"),
    };
}
