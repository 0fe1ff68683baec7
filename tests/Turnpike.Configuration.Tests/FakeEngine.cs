using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Catalog.LocalEngines;

namespace Turnpike.Configuration.Tests;

/// <summary>A listener on loopback that answers GET /v1/models as a test wants.</summary>
internal sealed class FakeEngine : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _asked;

    private FakeEngine(WebApplication app) => _app = app;

    public static async Task<FakeEngine> StartAsync(string answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static k => k.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var engine = new FakeEngine(app) { Answer = answer };
        app.Run(async http =>
        {
            Interlocked.Increment(ref engine._asked);
            if (engine.Answer is null || http.Request.Path != "/v1/models")
            {
                await Task.Delay(Timeout.Infinite, http.RequestAborted);
                return;
            }

            await http.Response.WriteAsync(engine.Answer);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return engine;
    }

    /// <summary>Null to be silent for ever.</summary>
    public string? Answer { get; set; }

    public int Asked => Volatile.Read(ref _asked);

    public int Port => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;

    public LocalEngine As(string id) => new(id, id.ToUpperInvariant(), Port);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
