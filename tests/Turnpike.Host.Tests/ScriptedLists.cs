using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Turnpike.Host.Tests;

/// <summary>A server on loopback with lists of models; what it does not have is answered with 500.</summary>
internal sealed class ScriptedLists : IAsyncDisposable
{
    /// <summary>What a list begins with that stands at another address, which follows.</summary>
    public const string RedirectTo = "redirect:";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _asked = [];
    private readonly ConcurrentDictionary<string, string> _lists = new(StringComparer.Ordinal);

    private ScriptedLists(WebApplication app) => _app = app;

    /// <summary>The paths that were asked for, in order.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    /// <summary>The <c>Authorization</c> of the last request.</summary>
    public string? Authorization { get; private set; }

    public string this[string path]
    {
        set => _lists[path] = value;
    }

    public static async Task<ScriptedLists> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static k => k.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var lists = new ScriptedLists(app);
        app.Run(async http =>
        {
            lists.Authorization = http.Request.Headers.Authorization;
            lists._asked.Enqueue(http.Request.Path);
            if (lists._lists.TryGetValue(http.Request.Path, out var list) && list.StartsWith(RedirectTo, StringComparison.Ordinal))
            {
                http.Response.Redirect(list[RedirectTo.Length..]);
            }
            else if (list is not null)
            {
                await http.Response.WriteAsync(list);
            }
            else
            {
                http.Response.StatusCode = 500;
            }
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return lists;
    }

    public string Url(string path) => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + path;

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
