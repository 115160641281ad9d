using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SmtpTransport.Gateway;
using SmtpTransport.Gateway.Accounts;
using SmtpTransport.Gateway.Addresses;
using SmtpTransport.Gateway.Bounces;
using SmtpTransport.Gateway.Contacts;
using SmtpTransport.Gateway.Failures;
using SmtpTransport.Gateway.Files;
using SmtpTransport.Gateway.Links;
using SmtpTransport.Gateway.MailToXmpp;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Storage;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Gateway.Text;
using SmtpTransport.Gateway.XmppToMail;
using SmtpTransport.Host.Configuration;
using SmtpTransport.Mail.Authentication;
using SmtpTransport.Mail.Delivery;
using SmtpTransport.Mail.Delivery.MtaSts;
using SmtpTransport.Mail.Dns;
using SmtpTransport.Mail.Fetching;
using SmtpTransport.Mail.Reputation;
using SmtpTransport.Mail.Smtp;
using SmtpTransport.Xmpp.Component;

namespace SmtpTransport.Host.Endpoints;

/// <summary>What the program is made of.</summary>
internal static class GatewayServices
{
    public static WebApplicationBuilder AddStorage(this WebApplicationBuilder builder)
    {
        builder.Services
            .AddSingleton(services => new SqliteDatabase(services.GetRequiredService<StorageOptions>().ConnectionString))
            .AddSingleton<StorageLock>()
            .AddSingleton<SqlSecrets>()
            .AddSingleton<SqlQueue>()
            .AddSingleton<IQueue>(services => services.GetRequiredService<SqlQueue>())
            .AddSingleton<SqlSpool>()
            .AddSingleton<ISpool>(services => services.GetRequiredService<SqlSpool>())
            .AddSingleton<ILinks, SqlLinks>()
            .AddSingleton<INotices, SqlNotices>()
            .AddSingleton<IReports, SqlReports>()
            .AddSingleton<ISentMails, SqlSentMails>()
            .AddSingleton<ICorrespondence, SqlCorrespondence>()
            .AddSingleton<IReadReceipts, SqlReadReceipts>()
            .AddSingleton<IContacts, SqlContacts>()
            .AddSingleton<IDayCounts, SqlDayCounts>()
            .AddSingleton<IAccounts, SqlAccounts>()
            .AddSingleton<IStsPolicyStore, SqlStsPolicies>()
            .AddSingleton<ISubscriptions, SqlSubscriptions>()
            .AddSingleton<IAliases, SqlAliases>();
        return builder;
    }

    public static WebApplicationBuilder AddXmppComponent(this WebApplicationBuilder builder)
    {
        builder.Services
            .AddSingleton<ComponentLink>()
            .AddSingleton<IStanzaSender>(services => services.GetRequiredService<ComponentLink>())
            .AddSingleton<IStanzaReceiver, StanzaRouter>()
            .AddSingleton<ContactTraffic>()
            .AddSingleton<PresenceAnnouncer>()
            .AddSingleton<PresenceResponder>()
            .AddSingleton<ResourcePresence>()
            .AddSingleton<SubscriptionRate>()
            .AddSingleton<IqResponder>()
            .AddSingleton<MailTraffic>()
            .AddSingleton<IMessageReceiver>(services => services.GetRequiredService<MailTraffic>())
            .AddSingleton<ILinkObserver>(services => services.GetRequiredService<MailTraffic>())
            .AddSingleton<ILinkObserver>(services => services.GetRequiredService<ContactTraffic>())
            .AddSingleton<ILinkObserver>(services => services.GetRequiredService<PresenceAnnouncer>())
            .AddSingleton<ILinkObserver>(services => services.GetRequiredService<UploadService>())
            .AddHostedService<ComponentService>();
        return builder;
    }

    public static WebApplicationBuilder AddSmtpServer(this WebApplicationBuilder builder)
    {
        builder.Services
            .AddSingleton(services => ActivatorUtilities.CreateInstance<SmtpServer>(services, WithCertificate(services)))
            .AddSingleton<IMailReceiver, BounceReceiver>()
            .AddSingleton<SmtpDrain>()
            .AddHostedService(services => services.GetRequiredService<SmtpDrain>())
            .AddOptions<KestrelServerOptions>().PostConfigure<Listeners>((kestrel, listeners) =>
            {
                foreach (var endpoint in listeners.Smtp)
                    kestrel.Listen(endpoint, listen => listen.UseConnectionHandler<SmtpConnectionHandler>());
            });
        return builder;
    }

    /// <summary>The files were found good when the configuration was read; from now on they are looked at again.</summary>
    private static SmtpOptions WithCertificate(IServiceProvider services)
    {
        var metrics = services.GetRequiredService<GatewayMetrics>();
        var options = services.GetRequiredService<SmtpOptions>() with { Refused = reply => metrics.SmtpRefusal(reply.Code) };
        if (services.GetRequiredService<Listeners>().Certificate is not { } files)
            return options;
        var certificate = ActivatorUtilities.CreateInstance<CertificateFiles>(services, files.Chain, files.Key);
        return options with { Certificate = certificate.Current };
    }

    public static WebApplicationBuilder AddMailDelivery(this WebApplicationBuilder builder)
    {
        builder.Services
            .AddSingleton<IDnsResolver, DnsResolver>()
            .AddSingleton<IDeliveryObserver>(services => services.GetRequiredService<DeliveryMetrics>())
            .AddSingleton<MailSender>()
            .AddSingleton<IMailSender>(services => ActivatorUtilities.CreateInstance<InnerPost>(services, (IMailSender)services.GetRequiredService<MailSender>()))
            .AddSingleton<FileFetcher>();
        return builder;
    }

    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder)
    {
        builder.Services
            .AddSingleton<AddressMap>()
            .AddSingleton(services => new ReturnPaths(services.GetRequiredService<SqlSecrets>().Key("return-path"), services.GetRequiredService<TimeProvider>()))
            .AddSingleton(services => ActivatorUtilities.CreateInstance<PublicLinks>(services, services.GetRequiredService<SqlSecrets>().Key("link")))
            .AddSingleton<Doorbells>()
            .AddSingleton<RetrySchedule>()
            .AddSingleton<PairTraffic>()
            .AddSingleton(s => new LoopMark(s.GetRequiredService<SqlSecrets>().Key("loop")))
            .AddMailToXmpp()
            .AddXmppToMail()
            .AddSingleton(services => ActivatorUtilities.CreateInstance<NoticeDelivery>(
                services, (Func<Xmpp.Jid, Xmpp.Jid, CancellationToken, Task<bool>>)services.GetRequiredService<ResourceProbe>().IsOnlineAsync))
            .AddSingleton(services => ActivatorUtilities.CreateInstance<Housekeeping>(services, (Func<DelayedMail, Xmpp.Stanza>)UserNotices.Delay))
            .AddHostedService<DeliveryService>();
        return builder;
    }

    /// <summary>What the metrics look at when they are asked.</summary>
    public static void ObserveGateway(this WebApplication app)
    {
        var metrics = app.Services.GetRequiredService<GatewayMetrics>();
        var link = app.Services.GetRequiredService<IStanzaSender>();
        metrics.ObserveComponent(() => link.DownSince is null);
        metrics.ObserveQueue(() => app.Services.GetRequiredService<SqlQueue>().Levels());
        metrics.ObserveStorage(() => app.Services.GetRequiredService<SqlSpool>().FreeOctets);
        app.Services.GetRequiredService<DeliveryMetrics>().ObserveDestinations(() => app.Services.GetRequiredService<MailSender>().Destinations);
    }

    private static IServiceCollection AddMailToXmpp(this IServiceCollection services) => services
        .AddSingleton(s => new ReceiverIdentity(
            s.GetRequiredService<SmtpOptions>().Hostname,
            s.GetRequiredService<AddressOptions>().Component,
            s.GetRequiredService<SqlSecrets>().Key("fingerprint")))
        .AddSingleton<BounceResults>()
        .AddSingleton<MailReceiver>()
        .AddSingleton<RecipientPolicy>()
        .AddSingleton(s => ActivatorUtilities.CreateInstance<Blocklists>(s, s.GetRequiredService<InboundOptions>().Dnsbl))
        .AddSingleton<ClientNames>()
        .AddSingleton<ClientPolicy>()
        .AddSingleton<SenderPolicy>()
        .AddSingleton<MailPolicies>()
        .AddSingleton<SpamFilter>()
        .AddSingleton(s => ActivatorUtilities.CreateInstance<MailAuthenticator>(s, s.GetRequiredService<InboundOptions>().TrustedSealers))
        .AddSingleton<SenderCheck>()
        .AddSingleton<MailScrutiny>()
        .AddSingleton<VerdictWait>()
        .AddSingleton<UploadService>()
        .AddSingleton<FilePut>()
        .AddSingleton<FileUpload>()
        .AddSingleton<IFilePlaces, FilePlaces>()
        .AddSingleton<FileSettling>()
        .AddSingleton<FileDelivery>()
        .AddSingleton<MailBackground>()
        .AddSingleton<StanzaDelivery>()
        .AddSingleton<MailSettling>()
        .AddSingleton<MailHandover>()
        .AddSingleton<LateErrors>()
        .AddSingleton<SenderReports>()
        .AddSingleton<SpooledMailDelivery>()
        .AddSingleton(s => Worker(s, s.GetRequiredService<SpooledMailDelivery>(), s.GetRequiredService<Doorbells>().MailToChat));

    private static IServiceCollection AddXmppToMail(this IServiceCollection services) => services
        .AddSingleton(s => new ComposerIdentity(s.GetRequiredService<SmtpOptions>().Hostname, s.GetRequiredService<SqlSecrets>().Key("message-id"), s.GetRequiredService<LoopMark>()))
        .AddSingleton<SendingRate>()
        .AddSingleton<SendingQuota>()
        .AddSingleton<RecipientReader>()
        .AddSingleton<ReactionPolicy>()
        .AddSingleton<RoundTrips>()
        .AddSingleton<MessagePolicy>()
        .AddSingleton<MessageReceiver>()
        .AddSingleton<ResourceProbe>()
        .AddSingleton<UserCards>()
        .AddSingleton<DraftBackground>()
        .AddSingleton<DraftComposer>()
        .AddSingleton<ReadReceipts>()
        .AddSingleton<ReportDelivery>()
        .AddSingleton<DraftSettling>()
        .AddSingleton<UploadOrigins>()
        .AddSingleton<DraftFiles>()
        .AddSingleton<FileGathering>()
        .AddSingleton<MailDelivery>()
        .AddSingleton<OutgoingDelivery>()
        .AddSingleton(s => Worker(s, s.GetRequiredService<OutgoingDelivery>(), s.GetRequiredService<Doorbells>().ChatToMail));

    private static DeliveryWorker Worker(IServiceProvider services, ISpoolDelivery delivery, Doorbell doorbell) =>
        ActivatorUtilities.CreateInstance<DeliveryWorker>(services, delivery, doorbell);
}
