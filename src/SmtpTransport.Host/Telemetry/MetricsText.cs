using System.Text;

namespace SmtpTransport.Host.Telemetry;

/// <summary>
/// One format, whatever the client offers to take: Prometheus text, as it is. The exporter writes <c>name{} 1</c> where there are
/// no labels; the contract, and every grep, says <c>name 1</c>.
/// </summary>
internal static class MetricsText
{
    public static void Plain(IApplicationBuilder branch) => branch.Use(async (context, next) =>
    {
        // Else it would compress what is read below, and add a time of creation to each counter.
        context.Request.Headers.AcceptEncoding = default;
        context.Request.Headers.Accept = default;
        var response = context.Response;
        var body = response.Body;
        using var written = new MemoryStream();
        response.Body = written;
        try
        {
            await next(context);
        }
        finally
        {
            response.Body = body;
        }

        var text = Encoding.UTF8.GetString(written.GetBuffer(), 0, (int)written.Length).Replace("{} ", " ", StringComparison.Ordinal);
        response.ContentLength = null;
        response.Headers.Vary = default;
        await response.WriteAsync(text, context.RequestAborted);
    });
}
