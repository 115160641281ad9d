using System.Runtime.CompilerServices;
using SmtpTransport.Gateway.Reading;

namespace SmtpTransport.Tests.Support;

/// <summary>As in the program, before the first use of MimeKit: tests run in any order.</summary>
internal static class Charsets
{
    [ModuleInitializer]
    internal static void KnowAll() => Charset.KnowAll();
}
