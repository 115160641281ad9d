using System.Security.Cryptography;
using System.Text;

namespace SmtpTransport.Gateway.Pages;

/// <summary>The one style sheet of our own pages: large enough to touch, in dark and in light.</summary>
public static class PageStyle
{
    internal static readonly Markup Sheet = new(
        """
        :root{color-scheme:light dark;--ink:#1b1b1f;--quiet:#55555e;--paper:#fff;--edge:#c4c4cc;--link:#0b57d0;--good:#146c2e;--bad:#b3261e}
        @media (prefers-color-scheme:dark){:root{--ink:#e6e6ea;--quiet:#b0b0ba;--paper:#17171a;--edge:#4a4a52;--link:#9ec3ff;--good:#7fd99a;--bad:#ffb4ab}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:60rem;padding:1rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
        a{color:var(--link)}
        h1{font-size:1.5rem;line-height:1.25;margin:.5rem 0 1rem}
        h2{font-size:1.125rem;margin:1.5rem 0 .5rem}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:0}
        dt{color:var(--quiet)}dd{margin:0}
        .verdict{border-inline-start:.25rem solid var(--edge);padding-inline-start:.75rem}
        .good{border-color:var(--good)}.bad{border-color:var(--bad);font-weight:600}
        .text{white-space:pre-wrap}
        iframe{width:100%;height:75vh;border:1px solid var(--edge);background:#fff}
        .quiet,footer{color:var(--quiet)}
        li{margin:.25rem 0}summary{cursor:pointer;padding:.25rem 0}
        button{font:inherit;padding:.5rem 1rem;border:1px solid var(--edge);border-radius:.25rem;background:transparent;color:inherit;cursor:pointer}
        footer{border-top:1px solid var(--edge);margin-top:2rem}
        a:focus-visible,button:focus-visible,summary:focus-visible,iframe:focus-visible{outline:.1875rem solid var(--link);outline-offset:.125rem}
        @media (max-width:30rem){dl{display:block}dd{margin-bottom:.5rem}}
        """);

    /// <summary>What a Content-Security-Policy calls it by: it and no other.</summary>
    public static string Source { get; } = $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Sheet.Html)))}'";
}
