using System.Net;

namespace SmtpTransport.Mail.Authentication.Spf;

/// <summary>What a directive looks for (RFC 7208 §5). A null domain is the one whose record it is.</summary>
internal abstract record SpfMechanism
{
    private SpfMechanism()
    {
    }

    /// <summary>One of the ten that a check may have (RFC 7208 §4.6.4).</summary>
    public bool AsksDns => this is not (All or Network);

    public sealed record All : SpfMechanism;

    public sealed record Include(MacroString Domain) : SpfMechanism;

    public sealed record A(MacroString? Domain, int Length4, int Length6) : SpfMechanism;

    public sealed record Mx(MacroString? Domain, int Length4, int Length6) : SpfMechanism;

    public sealed record Ptr(MacroString? Domain) : SpfMechanism;

    /// <summary><c>ip4</c> or <c>ip6</c>.</summary>
    public sealed record Network(IPAddress Address, int Length) : SpfMechanism;

    public sealed record Exists(MacroString Domain) : SpfMechanism;
}
