using System.Collections.Concurrent;
using SmtpTransport.Mail.Delivery;

namespace SmtpTransport.Tests.Support;

/// <summary>Remembers what was counted.</summary>
internal sealed class RecordingObserver : IDeliveryObserver
{
    private readonly ConcurrentQueue<(string Host, TlsPolicyKind Policy, TlsResult Result)> tls = [];

    public IReadOnlyList<(string Host, TlsPolicyKind Policy, TlsResult Result)> Tls => [.. tls];

    public ConcurrentQueue<ReplyClass> Refusals { get; } = [];

    public void TlsSeen(string domain, string host, TlsPolicyKind policy, TlsResult result) => tls.Enqueue((host, policy, result));

    public void Refused(ReplyClass words) => Refusals.Enqueue(words);
}
