using System.Text.Json.Nodes;

namespace Turnpike.TestKit;

/// <summary>Writes a turnpike.json for a test. Prices are dollars per million tokens.</summary>
public sealed class GatewayConfig
{
    private readonly JsonArray _providers = [];
    private readonly JsonArray _endpoints = [];

    /// <summary>The document; further settings go straight into it.</summary>
    public JsonObject Document { get; } = new() { ["logLevel"] = "warning" };

    public GatewayConfig() => (Document["providers"], Document["endpoints"]) = (_providers, _endpoints);

    /// <summary>Sets a field by its path: <c>limits.bodyBytesMax</c>.</summary>
    public GatewayConfig Set(string path, JsonNode? value)
    {
        var names = path.Split('.');
        var parent = Document;
        foreach (var name in names[..^1])
        {
            parent = (JsonObject)(parent[name] ??= new JsonObject());
        }

        parent[names[^1]] = value;
        return this;
    }

    /// <summary>A provider at an address, with fields beside it: <c>("timeouts", …)</c>.</summary>
    public GatewayConfig Provider(string id, string baseUrl, params IEnumerable<(string Name, JsonNode? Value)> fields)
    {
        var provider = new JsonObject { ["id"] = id, ["baseUrl"] = baseUrl, ["key"] = $"sk-upstream-{id}" };
        foreach (var (name, value) in fields)
        {
            provider[name] = value;
        }

        _providers.Add(provider);
        return this;
    }

    /// <summary>One model at a provider.</summary>
    public GatewayConfig Endpoint(
        string provider,
        string model,
        string? upstreamModel = null,
        decimal prompt = 1,
        decimal completion = 2,
        params IEnumerable<(string Name, JsonNode? Value)> fields)
    {
        var endpoint = new JsonObject
        {
            ["provider"] = provider,
            ["model"] = model,
            ["upstreamModel"] = upstreamModel ?? model[(model.IndexOf('/', StringComparison.Ordinal) + 1)..],
            ["prices"] = new JsonObject { ["prompt"] = prompt, ["completion"] = completion },
            ["contextLength"] = 8192,
            ["maxCompletionTokens"] = 4096,
        };
        foreach (var (name, value) in fields)
        {
            endpoint[name] = value;
        }

        _endpoints.Add(endpoint);
        return this;
    }

    public override string ToString() => Document.ToJsonString(new() { WriteIndented = true });
}
