using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Xmpp;

namespace SmtpTransport.Tests.Support;

/// <summary>The design's example installation, with every kind of domain.</summary>
internal static class AddressMaps
{
    public static AddressOptions Options { get; } = new()
    {
        Component = Jid.Parse("smtp.example"),
        Hostname = "mx.example.org",
        Users = ["example.org", "Example.NET", "xn--mnchen-3ya.test", "several.example"],
        LocalDomains = ["example.org"],
        MailDomains = new Dictionary<string, string>
        {
            ["Alias.example.org"] = "example.org",
            ["example.org"] = "example.org",
            ["b.example"] = "several.example",
            ["a.example"] = "several.example",
        },
        Admins = [Jid.Parse("admin@example.org")],
    };

    /// <summary>That installation with an alias store of its own.</summary>
    public static AddressMap Map() => new(Options, new FakeAliases());
}
