namespace SmtpTransport.Host.Endpoints;

/// <summary><c>/healthz</c> and <c>/readyz</c>, for supervisors and load balancers.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this WebApplication app)
    {
        var readiness = app.Services.GetRequiredService<Readiness>();
        app.Map("/healthz", (RequestDelegate)(context => context.Response.WriteAsync("ok\n")));
        app.Map("/readyz", (RequestDelegate)(context => ReportAsync(context.Response, readiness.Missing())));
    }

    private static Task ReportAsync(HttpResponse response, IReadOnlyList<string> missing)
    {
        response.StatusCode = missing.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        response.ContentType = "text/plain; charset=utf-8";
        return response.WriteAsync(missing.Count == 0 ? "ready\n" : string.Join('\n', missing) + "\n");
    }
}
