using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SmtpTransport.Gateway.Links;
using SmtpTransport.Gateway.Spool;
using SmtpTransport.Gateway.Storage;
using SmtpTransport.Gateway.Telemetry;
using SmtpTransport.Host.Web;
using SmtpTransport.Tests.Gateway.Storage;

namespace SmtpTransport.Tests.Host.Web;

/// <summary>The pages over a real database, asked without a socket.</summary>
internal sealed class PageStage : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly RequestDelegate pipeline;

    public PageStage()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore().AddLogging().AddMetrics();
        builder.Services
            .AddSingleton<TimeProvider>(Store.Time)
            .AddSingleton(new PublicLinkOptions { PublicUrl = new Uri("https://mail.example.org") })
            .AddSingleton<ILinks>(new SqlLinks(Store.Database.Current, Store.Time))
            .AddSingleton<ISpool>(Store.Spool)
            .AddSingleton<PageMetrics>();
        app = builder.AddPages().Build();
        app.UseRouting();
        app.MapPages();
        app.UseEndpoints(_ => { });
        pipeline = ((IApplicationBuilder)app).Build();
    }

    public SpoolStage Store { get; } = new();

    /// <summary>A mail with links <c>page</c> and, for each of its files, <c>file1</c> and so on.</summary>
    public async Task TakeAsync(string mail, int files = 0)
    {
        var accepted = await Store.AcceptAsync("mail1", "m1@mail.test", TestContent.Of(mail), "alice@example.org");
        var links = Enumerable.Range(0, files + 1).Select(part => new MailLink(part == 0 ? "page" : $"file{part}", part, "", Store.Time.GetUtcNow() + TimeSpan.FromDays(30)));
        await Store.Spool.SettleAsync(accepted.Id, [Store.Taken(accepted) with { Links = [.. links] }], []);
    }

    public Task<PageAnswer> GetAsync(string path) => AskAsync("GET", path);

    public async Task<PageAnswer> AskAsync(string method, string path, params (string Name, string Value)[] headers)
    {
        await using var scope = app.Services.CreateAsyncScope();
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        var target = path.Split('?');
        (context.Request.Method, context.Request.Path, context.Request.QueryString) = (method, target[0], target.Length > 1 ? new QueryString("?" + target[1]) : default);
        foreach (var (name, value) in headers)
            context.Request.Headers[name] = value;
        context.Response.Body = body;
        await pipeline(context);
        return new PageAnswer(context.Response.StatusCode, context.Response.Headers, body.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        Store.Dispose();
    }
}

internal sealed record PageAnswer(int Status, IHeaderDictionary Headers, byte[] Octets)
{
    public string Body => Encoding.UTF8.GetString(Octets);

    public string Policy => Headers.ContentSecurityPolicy.ToString();
}
