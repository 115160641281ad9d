using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Tests.Support;

namespace SmtpTransport.Tests.Mail.Smtp;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class CertificateFilesTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly FakeLogger<CertificateFiles> logger = new();
    private readonly TestCertificateChain authority = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("smtp-transport-tests");

    private int writes;

    private string CertificatePath => Path.Combine(folder.FullName, "cert.pem");

    private string KeyPath => Path.Combine(folder.FullName, "key.pem");

    public void Dispose()
    {
        folder.Delete(recursive: true);
        authority.Dispose();
    }

    [Test]
    public void The_intermediates_come_along()
    {
        Write("mail.example");
        var context = Open().Current();
        Assert.Multiple(() =>
        {
            Assert.That(context.TargetCertificate.Subject, Is.EqualTo("CN=mail.example"));
            Assert.That(context.IntermediateCertificates.Select(c => c.Subject), Has.Member("CN=Test Intermediate"));
        });
    }

    [Test]
    public void A_new_certificate_is_loaded_when_the_files_change()
    {
        Write("old.example");
        var files = Open();
        Write("renewed.example");
        Assert.That(Subject(files), Is.EqualTo("CN=old.example"), "files are looked at every few seconds only");
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.That(Subject(files), Is.EqualTo("CN=renewed.example"));
    }

    [Test]
    public void A_new_certificate_behind_a_symbolic_link_is_found()
    {
        var real = Directory.CreateDirectory(Path.Combine(folder.FullName, "one"));
        var other = Directory.CreateDirectory(Path.Combine(folder.FullName, "two"));
        var link = Path.Combine(folder.FullName, "current");
        Write("old.example", real.FullName);
        Write("renewed.example", other.FullName);
        Directory.CreateSymbolicLink(link, real.FullName);
        var files = new CertificateFiles(Path.Combine(link, "cert.pem"), Path.Combine(link, "key.pem"), time, logger);
        Directory.Delete(link);
        Directory.CreateSymbolicLink(link, other.FullName);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.That(Subject(files), Is.EqualTo("CN=renewed.example"));
    }

    [Test]
    public void The_old_certificate_stays_while_the_new_one_is_broken()
    {
        Write("old.example");
        var files = Open();
        File.WriteAllText(CertificatePath, "not a certificate");
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Multiple(() =>
        {
            Assert.That(Subject(files), Is.EqualTo("CN=old.example"));
            Assert.That(logger.Collector.GetSnapshot().Select(entry => entry.Level), Is.EqualTo(new[] { LogLevel.Warning }));
        });
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.That(Subject(files), Is.EqualTo("CN=old.example"));
        Assert.That(logger.Collector.Count, Is.EqualTo(1), "one warning for one fault");
        Write("renewed.example");
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.That(Subject(files), Is.EqualTo("CN=renewed.example"));
    }

    [Test]
    public void The_old_certificate_stays_until_its_key_has_been_replaced_too()
    {
        Write("old.example");
        var files = Open();
        var (chain, key) = authority.Issue("renewed.example");
        File.WriteAllText(CertificatePath, chain);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.That(Subject(files), Is.EqualTo("CN=old.example"));
        File.WriteAllText(KeyPath, key);
        // A key of the same length may be written within one tick of the file system's clock.
        File.SetLastWriteTimeUtc(KeyPath, DateTime.UtcNow.AddSeconds(1));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.That(Subject(files), Is.EqualTo("CN=renewed.example"));
    }

    [Test]
    public void The_old_certificate_stays_when_the_files_are_gone()
    {
        Write("old.example");
        var files = Open();
        File.Delete(KeyPath);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.That(Subject(files), Is.EqualTo("CN=old.example"));
    }

    [Test]
    public void At_the_start_broken_files_are_an_error()
    {
        Assert.That(() => Open(), Throws.InstanceOf<IOException>());
        Write("mail.example");
        File.WriteAllText(KeyPath, authority.Issue("other.example").Key);
        Assert.That(() => Open(), Throws.InstanceOf<CryptographicException>());
        File.WriteAllText(CertificatePath, "");
        Assert.That(() => Open(), Throws.InstanceOf<CryptographicException>());
    }

    private static string Subject(CertificateFiles files) => files.Current().TargetCertificate.Subject;

    private CertificateFiles Open() => new(CertificatePath, KeyPath, time, logger);

    private void Write(string name, string? directory = null)
    {
        var (chain, key) = authority.Issue(name);
        File.WriteAllText(Path.Combine(directory ?? folder.FullName, "cert.pem"), chain);
        File.WriteAllText(Path.Combine(directory ?? folder.FullName, "key.pem"), key);
        // Files that are written within one tick of the file system's clock would look alike.
        File.SetLastWriteTimeUtc(Path.Combine(directory ?? folder.FullName, "cert.pem"), DateTime.UtcNow.AddSeconds(++writes));
    }
}
