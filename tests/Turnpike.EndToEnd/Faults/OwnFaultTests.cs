using System.Text.Json.Nodes;

namespace Turnpike.EndToEnd.Faults;

/// <summary>A fault of ours behind the first content: the caller is told, what is booked stays booked, and nothing stays open.</summary>
public sealed class OwnFaultTests : IAsyncLifetime
{
    private const long Cost = (10 * 1_000) + (2 * 2_000);

    private readonly FailingClock _clock = new();
    private GatewayHarness _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await GatewayHarness.StartAsync(
        time: _clock,
        providerFields: new() { ["concurrency"] = 1, ["timeouts"] = new JsonObject { ["queue"] = "10ms" } });

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("chat/completions", "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]", "error")]
    [InlineData("completions", "\"prompt\":\"x\"", "error")]
    [InlineData("responses", "\"input\":\"x\"", "response.failed")]
    [InlineData("messages", "\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]", "error")]
    public async Task A_fault_behind_the_booking_ends_the_stream_with_an_error_of_the_address(string surface, string fields, string last)
    {
        var before = _gateway.Available;
        _clock.FailIn("HealthRecorder.Ended");

        var reply = await _gateway.Client.StreamAtAsync($"/api/v1/{surface}", $$"""{"model":"{{GatewayHarness.Plain}}","stream":true,{{fields}}}""");

        var end = reply.Chunks[^1];
        Assert.Equal(last, (string?)end["type"] ?? "error");
        Assert.NotNull(end["error"] ?? end["response"]!["error"]);
        Assert.Single(reply.Chunks, static c => c["error"] is not null || c["response"]?["error"] is not null);
        await _gateway.SettledAsync();
        Assert.Equal(before - Cost, _gateway.Available);
        Assert.Equal(200, (await _gateway.Client.AskAsync(GatewayHarness.Plain)).Status); // the only place at the provider is free
        Assert.Contains("InvalidOperationException", await _gateway.StopAndReadLogsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_before_anything_was_told_is_answered_with_500_and_costs_nothing_more_than_is_booked()
    {
        _clock.FailIn("HealthRecorder.Ended");

        var reply = await _gateway.Client.AskAsync(GatewayHarness.Plain);

        Assert.Equal(500, reply.Status);
        await _gateway.SettledAsync();
        Assert.Equal(200, (await _gateway.Client.AskAsync(GatewayHarness.Plain)).Status);
    }

    [Theory]
    [InlineData("chat/completions", "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]")]
    [InlineData("responses", "\"input\":\"x\"")]
    public async Task A_fault_while_another_endpoint_is_to_go_on_leaves_no_connection_open_and_costs_nothing(string surface, string fields)
    {
        _gateway.Alpha.On("pair", FaultScripts.Begun(40).Then(new Step.Cut()));
        var before = _gateway.Available;
        _clock.FailIn("AttemptRunner.GoOnAsync");

        var reply = await _gateway.Client.StreamAtAsync(
            $"/api/v1/{surface}", $$"""{"model":"{{GatewayHarness.Pair}}","stream":true,{{GatewayHarness.AlphaFirst}},{{fields}}}""");

        Assert.NotNull(reply.Chunks[^1]["error"] ?? reply.Chunks[^1]["response"]!["error"]);
        Assert.True(reply.Chunks.Count(static c => (string?)c["type"] == "response.created") <= 1);
        await _gateway.SettledAsync();
        Assert.Equal(before, _gateway.Available);
        Assert.Empty(_gateway.Beta.Exchanges);
        Assert.Equal(200, (await _gateway.Client.AskAsync(GatewayHarness.Plain)).Status); // the only place at alpha is free
    }
}
