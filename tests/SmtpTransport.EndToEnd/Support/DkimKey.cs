using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace SmtpTransport.EndToEnd.Support;

/// <summary>Keys for <c>Delivery:Dkim</c>.</summary>
internal static class DkimKey
{
    // RFC 8463 §A.2
    public const string Ed25519Pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
    public const string Ed25519Record = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    public static string Record(RSA key) => $"v=DKIM1; k=rsa; p={Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())}";

    /// <summary>As the configuration names it.</summary>
    public static JsonObject Save(string folder, string selector, string pem)
    {
        var file = Path.Combine(folder, selector + ".pem");
        File.WriteAllText(file, pem);
        return new JsonObject { ["Selector"] = selector, ["KeyFile"] = file };
    }
}
