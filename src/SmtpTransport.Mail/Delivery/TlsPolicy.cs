using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Mail.Delivery;

/// <summary>What is asked of TLS at one host, and by whom.</summary>
internal abstract record TlsPolicy
{
    private TlsPolicy()
    {
    }

    /// <summary>Rather no mail than one without what is asked.</summary>
    public virtual bool IsEnforced => true;

    public virtual TlsPolicyKind Kind => TlsPolicyKind.None;

    /// <summary>For the words of a refusal.</summary>
    public virtual string Demander => "the configuration";

    /// <summary>Taken when offered, whatever the certificate; else plain (RFC 7435 §3).</summary>
    internal sealed record Opportunistic : TlsPolicy
    {
        public static Opportunistic Instance { get; } = new();

        public override bool IsEnforced => false;
    }

    /// <summary>STARTTLS with a certificate that is valid for the host, or nothing.</summary>
    internal sealed record Verified : TlsPolicy
    {
        public override string Demander => "REQUIRETLS or the configuration";
    }

    /// <summary>TLS from the first byte (RFC 8314 §3), with a valid certificate.</summary>
    internal sealed record Implicit : TlsPolicy;

    /// <summary>RFC 8461 §5.</summary>
    /// <param name="IsListed">The policy names this host; only <c>testing</c> goes on where it does not.</param>
    internal sealed record Sts(bool Enforce, bool IsListed) : TlsPolicy
    {
        public override bool IsEnforced => Enforce;

        public override TlsPolicyKind Kind => TlsPolicyKind.Sts;

        public override string Demander => "the MTA-STS policy";
    }

    /// <summary>RFC 7672 §3.</summary>
    /// <param name="Base">What the records belong to; told to the server as the name that we want (§8.1).</param>
    /// <param name="Names">Any of these may stand in a certificate below a trust anchor (§3.2.2).</param>
    internal sealed record Dane(string Base, IReadOnlyList<TlsaRecord> Records, IReadOnlyList<string> Names) : TlsPolicy
    {
        public override TlsPolicyKind Kind => TlsPolicyKind.Tlsa;

        public override string Demander => "its TLSA record";
    }

    /// <summary>There are TLSA records, and none that can be used: encryption is a must, the certificate nobody's business (RFC 7672 §2.2).</summary>
    internal sealed record Encrypted : TlsPolicy
    {
        public override TlsPolicyKind Kind => TlsPolicyKind.Tlsa;

        public override string Demander => "its TLSA record";
    }
}

/// <summary>The policy types of RFC 8460 §4.4.</summary>
public enum TlsPolicyKind
{
    None,
    Sts,
    Tlsa,
}

/// <summary>The result types of RFC 8460 §4.3, as far as we can tell them apart.</summary>
public enum TlsResult
{
    Success,
    StartTlsNotSupported,
    CertificateHostMismatch,
    CertificateExpired,
    CertificateNotTrusted,
    ValidationFailure,
    TlsaInvalid,
    DnssecInvalid,
    StsPolicyFetchError,
    StsPolicyInvalid,
    StsWebpkiInvalid,
}

/// <summary>What is wrong with the TLS of a host.</summary>
/// <param name="Words">Go after "Trouble with ...:" in the log and in the queue.</param>
public sealed record TlsFault(TlsResult Result, string Words);
