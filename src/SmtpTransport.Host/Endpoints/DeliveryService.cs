using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Spool;

namespace SmtpTransport.Host.Endpoints;

/// <summary>Runs what works on the spool.</summary>
internal sealed class DeliveryService(
    ISpool spool, IEnumerable<DeliveryWorker> workers, NoticeDelivery notices, Housekeeping housekeeping, SenderReports reports) : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before anything listens: work that a crash cut off is due at once.
        await spool.RecoverAsync();
        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        [.. workers.Select(worker => worker.RunAsync(stoppingToken)), notices.RunAsync(stoppingToken), housekeeping.RunAsync(stoppingToken), reports.RunAsync(stoppingToken)]);
}
