using SmtpTransport.Mail.Dns;

namespace SmtpTransport.Tests.Mail.Authentication.Dkim;

/// <summary>The keys of the DKIM corpus, as a DNS.</summary>
internal static class DkimZone
{
    /// <summary>RFC 8463 Appendix A.2</summary>
    public static readonly (string Name, string Record)[] Rfc8463 =
    [
        ("brisbane._domainkey.football.example.com", "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="),
        ("test._domainkey.football.example.com", "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"),
    ];

    public static FakeDns Read()
    {
        var dns = new FakeDns();
        foreach (var line in File.ReadLines(Corpora.Path("dkim/FAKE_DNS.dat")))
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            var space = line.IndexOf(' ');
            var (name, record) = (line[..space], line[space..].Trim());
            if (record.StartsWith("~~", StringComparison.Ordinal))
                dns.Txt(name, DnsStatus.Failed);
            else if (record != "NXDOMAIN")
                dns.Txt(name, record.Trim('"'));
        }

        var gmail = File.ReadLines(Corpora.Path("dkim/gmail.pub")).Where(line => !line.StartsWith('-'));
        foreach (var (name, record) in Rfc8463)
            dns.Txt(name, record);
        return dns.Txt("20120113._domainkey.gmail.com", $"k=rsa; p={string.Concat(gmail)}");
    }
}
