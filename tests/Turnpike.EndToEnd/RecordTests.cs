namespace Turnpike.EndToEnd;

/// <summary>What a generation's record says beyond its usage.</summary>
public sealed class RecordTests : IAsyncLifetime
{
    private const string Cached = "test/cached";

    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(static c => c.Endpoint(
        "alpha", Cached, fields: ("prices", new System.Text.Json.Nodes.JsonObject { ["prompt"] = 1, ["completion"] = 2, ["cacheRead"] = 0.1, ["cacheWrite"] = 1.25 })));

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("\"cached_tokens\":800", "0.00072")]
    [InlineData("\"cached_tokens\":0,\"cache_write_tokens\":800", "-0.0002")]
    public async Task It_says_what_the_providers_cache_saved(string details, string discount)
    {
        _gateway.Alpha.On("cached", Answer.Json(Wire.Whole("x", -1).Replace(
            "\"finish_reason\":\"stop\"}]",
            "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":1,\"total_tokens\":1001,\"prompt_tokens_details\":{" + details + "}}",
            StringComparison.Ordinal)));

        var reply = await _gateway.Client.AskAsync(Cached);

        Assert.Equal(discount, (await _gateway.GenerationAsync((string)reply.Json["id"]!))["cache_discount"]!.ToJsonString());
    }

    [Fact]
    public async Task A_plain_answer_has_none_of_it()
    {
        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain);

        var record = await _gateway.GenerationAsync((string)reply.Json["id"]!);

        Assert.Null(record["cache_discount"]);
        Assert.False((bool)record["rescued"]!);
        Assert.Empty(record["dropped_parameters"]!.AsArray());
        Assert.Empty(record["plugins"]!.AsArray());
    }
}
