using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace SmtpTransport.Mail.Smtp;

/// <summary>A certificate chain and its key in PEM files, read again when they change.</summary>
public sealed partial class CertificateFiles
{
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(5);

    private readonly string certificatePath;
    private readonly string keyPath;
    private readonly TimeProvider time;
    private readonly ILogger<CertificateFiles> logger;
    private readonly Lock gate = new();
    private (FileStamp Certificate, FileStamp Key) stamps;
    private SslStreamCertificateContext current;
    private Deadline nextCheck;

    /// <summary>Throws what <see cref="Load"/> throws when the files are no good: at the start that is the operator's to see.</summary>
    public CertificateFiles(string certificatePath, string keyPath, TimeProvider time, ILogger<CertificateFiles> logger)
    {
        (this.certificatePath, this.keyPath, this.time, this.logger) = (certificatePath, keyPath, time, logger);
        stamps = (FileStamp.Of(certificatePath), FileStamp.Of(keyPath));
        current = Load(certificatePath, keyPath);
        nextCheck = Deadline.After(CheckEvery, time);
    }

    /// <summary>The certificate with its intermediates, the leaf first in its file.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    /// <exception cref="CryptographicException">Not PEM, or key and certificate do not belong together.</exception>
    public static SslStreamCertificateContext Load(string certificatePath, string keyPath)
    {
        var leaf = LoadLeaf(certificatePath, keyPath);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certificatePath);
        // Offline: what the file does not hold is not fetched while a client waits.
        return SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }

    /// <summary>For the next handshake. While new files are broken, or only one of them has been replaced, the old certificate stays.</summary>
    public SslStreamCertificateContext Current()
    {
        lock (gate)
        {
            if (nextCheck.HasPassed(time))
            {
                nextCheck = Deadline.After(CheckEvery, time);
                Refresh();
            }
            return current;
        }
    }

    private static X509Certificate2 LoadLeaf(string certificatePath, string keyPath)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException(e.Message, e);
        }
    }

    private void Refresh()
    {
        try
        {
            var found = (FileStamp.Of(certificatePath), FileStamp.Of(keyPath));
            if (found == stamps)
                return;
            stamps = found;
            current = Load(certificatePath, keyPath);
            LogReloaded(certificatePath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            LogBroken(e, certificatePath);
        }
    }

    [LoggerMessage(LogLevel.Information, "New certificate loaded from {Path}")]
    private partial void LogReloaded(string path);

    [LoggerMessage(LogLevel.Warning, "The certificate in {Path} cannot be used; the old one stays")]
    private partial void LogBroken(Exception exception, string path);

    private readonly record struct FileStamp(DateTime Written, long Length)
    {
        // Of the open file: what a symbolic link leads to, however many stand in between.
        public static FileStamp Of(string path)
        {
            using var file = File.OpenHandle(path);
            return new FileStamp(File.GetLastWriteTimeUtc(file), RandomAccess.GetLength(file));
        }
    }
}
