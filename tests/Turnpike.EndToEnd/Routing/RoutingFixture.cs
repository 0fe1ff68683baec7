using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Routing;

/// <summary>A gateway with models that are served in several places, all by one scripted provider, which sees by the upstream name who was
/// chosen.</summary>
public sealed class RoutingFixture : IAsyncLifetime
{
    public const string Many = "test/many";

    private GatewayHarness _gateway = null!;

    public GatewayHarness Gateway => _gateway;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(Configure);

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    /// <summary>Adds the providers and endpoints, at the address of the harness's first provider.</summary>
    public static void Configure(GatewayConfig config)
    {
        var address = (string)config.Document["providers"]![0]!["baseUrl"]!;
        foreach (var (id, training, retention) in new[] { ("dear", false, 0), ("cheap", true, 0), ("mid", false, 30) })
        {
            config.Provider(id, address, ("name", $"{id} Inc"), ("dataPolicy", new JsonObject { ["training"] = training, ["retainsPrompts"] = retention > 0, ["retentionDays"] = retention }));
        }

        config
            .Endpoint("dear", Many, "dear-bf16", 5, 10, ("quantization", "bf16"), ("parameters", new JsonArray("tools", "temperature", "max_tokens")), ("maxCompletionTokens", 9000))
            .Endpoint("cheap", Many, "cheap-fp8", 1, 2, ("quantization", "mxfp8"), ("parameters", new JsonArray("temperature")), ("contextLength", 100))
            .Endpoint("mid", Many, "mid-fp4", 2, 4, ("quantization", "nvfp4"), ("parameters", new JsonArray("temperature", "response_format", "verbosity", "max_tokens")), ("tag", "mid/eu-1"))
            .Endpoint("mid", Many, "mid-none", 3, 6, ("tag", "mid/us-1"), ("parameters", new JsonArray("temperature")), ("prices", new JsonObject { ["prompt"] = 3, ["completion"] = 6, ["request"] = 0.5, ["image"] = 0.2, ["audio"] = 9 }))
            .Endpoint("mid", Many, "mid-flex", 0.5m, 1, ("tag", "mid/flex"))
            .Endpoint("dear", Many, "dear-priority", 9, 18, ("tag", "dear/priority"))
            .Endpoint("mid", "test/second", "second-mid", 4, 8)
            .Endpoint("cheap", "test/second", "second-cheap", 1.5m, 3)
            .Endpoint("dear", "test/tiered", "tiered-dear", fields: [("prices", new JsonObject { ["prompt"] = 1, ["completion"] = 1, ["tiers"] = new JsonArray(new JsonObject { ["minPromptTokens"] = 300, ["prompt"] = 5 }) })])
            .Endpoint("dear", "test/open", "open-dear", 1, 1)
            .Set("models", new JsonArray(new JsonObject { ["id"] = "test/open", ["distillable"] = true }));
    }

    /// <summary>The upstream names that a request would try, in order, as the gateway explains it.</summary>
    public async Task<string[]> OrderAsync(string model, string fields = "")
    {
        var reply = await _gateway.Client.PostAsync("/api/v1/route/explain", GatewayClient.Body(model, fields));
        Assert.True(reply.Status == 200, reply.Text);
        return [.. reply.Json["data"]!["candidates"]!.AsArray().Select(static c => ((string)c!["endpoint"]!).Split(':')[1])];
    }
}
