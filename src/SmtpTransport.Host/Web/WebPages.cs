namespace SmtpTransport.Host.Web;

internal static class WebPages
{
    public static WebApplicationBuilder AddPages(this WebApplicationBuilder builder)
    {
        builder.Services
            .AddSingleton<PageHeaders>()
            .AddSingleton<Turnstile>()
            .AddSingleton<MailAnswers>()
            .AddSingleton<MailEndpoints>();
        return builder;
    }

    public static void MapPages(this WebApplication app) => app.Services.GetRequiredService<MailEndpoints>().Map(app);
}
