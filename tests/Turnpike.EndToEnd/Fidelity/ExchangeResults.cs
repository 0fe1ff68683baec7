using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Fidelity;

/// <summary>All exchanges, replayed once through one gateway; tests look at what came of each.</summary>
public sealed class ExchangeResults : IAsyncLifetime
{
    private readonly Dictionary<(Exchange, string Surface), IReadOnlyList<string>> _differences = [];

    internal static IReadOnlyList<ICallerSurface> Surfaces { get; } = [new ChatCaller(), new ResponsesCaller(), new MessagesCaller()];

    /// <summary>What is not as expected; empty is a pass.</summary>
    internal IReadOnlyList<string> Of(Exchange exchange, string surface) => _differences[(exchange, surface)];

    public async ValueTask InitializeAsync()
    {
        await using var provider = ScriptedProvider.Start();
        await using var gateway = await GatewayHarness.StartAsync(config => Add(config, provider));
        var replay = new ExchangeReplay(gateway, provider);
        foreach (var exchange in ExchangeFiles.Dialects.SelectMany(static d => d.Exchanges))
        {
            foreach (var surface in Surfaces)
            {
                _differences[(exchange, surface.Name)] = await replay.RunAsync(exchange, surface);
            }
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // Every dialect is a provider of its own at one address, every exchange a model of its own there.
    private static void Add(GatewayConfig config, ScriptedProvider provider)
    {
        config.Set("streaming.rescue", "off"); // a cut stream is told as one
        var models = new JsonArray();
        foreach (var dialect in ExchangeFiles.Dialects)
        {
            config.Provider(dialect.Id, $"{provider.BaseUrl}/{dialect.Id}",
                [("dialect", dialect.Dialect), .. (dialect.Settings["provider"]?.AsObject() ?? []).Select(static m => (m.Key, m.Value?.DeepClone()))]);
            foreach (var exchange in dialect.Exchanges)
            {
                models.Add(new JsonObject { ["id"] = exchange.Model, ["inputModalities"] = new JsonArray("text", "image", "file", "audio", "video") });
                config.Endpoint(dialect.Id, exchange.Model, exchange.UpstreamModel, fields:
                    [("contextLength", 200_000), ("maxCompletionTokens", 32_000), .. exchange.Endpoint.Select(static m => (m.Key, m.Value?.DeepClone()))]);
            }
        }

        config.Set("models", models);
    }
}
