using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Catalog.LocalEngines;
using Turnpike.Core.Catalog;

namespace Turnpike.Configuration.Tests;

/// <summary>A listener on loopback that answers GET /v1/models, or what else it is told to, as a test wants.</summary>
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
            using var body = new StreamReader(http.Request.Body);
            var answer = http.Request.Path == "/v1/models" ? engine.Answer : engine.Script?.Invoke($"{http.Request.Path} {await body.ReadToEndAsync(http.RequestAborted)}");
            if (answer is null)
            {
                await Task.Delay(Timeout.Infinite, http.RequestAborted);
                return;
            }

            await http.Response.WriteAsync(answer);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return engine;
    }

    /// <summary>Null to be silent for ever.</summary>
    public string? Answer { get; set; }

    /// <summary>The answer to a path and a body at another address; null to be silent.</summary>
    public Func<string, string?>? Script { get; set; }

    public int Asked => Volatile.Read(ref _asked);

    public int Port => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;

    public LocalEngine As(string id) => new(id, id.ToUpperInvariant(), Port);

    public LocalEngine AsOllama() => As("ollama") with { Dialect = Dialects.Ollama };

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
