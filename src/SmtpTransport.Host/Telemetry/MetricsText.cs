using System.Text;

namespace SmtpTransport.Host.Telemetry;

/// <summary>The exporter writes <c>name{} 1</c> where there are no labels; the contract, and every grep, says <c>name 1</c>.</summary>
internal static class MetricsText
{
    public static void Plain(IApplicationBuilder branch) => branch.Use(async (context, next) =>
    {
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
        await response.WriteAsync(text, context.RequestAborted);
    });
}
