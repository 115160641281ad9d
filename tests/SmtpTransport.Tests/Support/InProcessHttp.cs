using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace SmtpTransport.Tests.Support;

/// <summary>Asks an endpoint of a program that was built and not started: no socket, no port.</summary>
internal static class InProcessHttp
{
    public static async Task<(int Status, string Body)> GetAsync(WebApplication app, string path, params (string Name, string Value)[] headers)
    {
        var endpoint = ((IEndpointRouteBuilder)app).DataSources
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Single(found => "/" + found.RoutePattern.RawText!.TrimStart('/') == path);
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = app.Services };
        context.Request.Method = "GET";
        context.Request.Path = path;
        foreach (var (name, value) in headers)
            context.Request.Headers[name] = value;
        context.Response.Body = body;
        await endpoint.RequestDelegate!(context);
        return (context.Response.StatusCode, System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }
}
