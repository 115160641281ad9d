using System.Security.Cryptography;
using SmtpTransport.Host.Configuration;

namespace SmtpTransport.Host.Checks;

/// <summary>The published half of a DKIM key (RFC 6376 §3.6.1).</summary>
internal static class DkimRecord
{
    public static Finding Compare(string name, IReadOnlyList<string> records, DkimKey key)
    {
        var published = records.Select(PublicKey).FirstOrDefault(found => found is not null);
        var own = RsaPublicKey(key.KeyFile);
        // .NET computes no Ed25519 public key (RFC 8463), so for those the record's existence has to do.
        var cure = own is null
            ? $"{name}. IN TXT \"v=DKIM1; k=ed25519; p=...\" (openssl pkey -in {key.KeyFile} -pubout -outform DER | tail -c 32 | base64)"
            : $"{name}. IN TXT \"v=DKIM1; k=rsa; p={own}\"";
        return published is null ? Finding.Fault("DKIM " + name, "missing", cure)
            : own is not null && published != own ? Finding.Fault("DKIM " + name, "holds another key than Delivery:Dkim", cure)
            : Finding.Ok("DKIM " + name, "published");
    }

    private static string? PublicKey(string record) => record
        .Split(';', StringSplitOptions.TrimEntries)
        .Where(tag => tag.StartsWith("p=", StringComparison.Ordinal))
        .Select(tag => string.Concat(tag[2..].Where(letter => !char.IsWhiteSpace(letter))))
        .FirstOrDefault(value => value.Length > 0);

    private static string? RsaPublicKey(string file)
    {
        using var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(File.ReadAllText(file));
            return Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo());
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            return null;
        }
    }
}
